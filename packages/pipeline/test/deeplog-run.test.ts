import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { sessionKey } from '@sp/builders'
import { EvidenceMiner } from '@sp/drain'
import { Masker } from '@sp/masking'
import { buildSequencesIntoFolder } from '../src/deeplog/build-sequences.js'
import { inferDeepLogIntoFolder, readDeepLog, type DeepLogInferRun } from '../src/deeplog/infer-run.js'
import { trainDeepLogToFile } from '../src/deeplog/train-run.js'
import { readNumericValues } from '../src/deeplog/numeric-values.js'
import { readVocabulary } from '../src/deeplog/vocabulary-file.js'
import { writeOutput } from '../src/output-folder.js'
import { parseIntoFolder } from '../src/parse-run.js'
import { lineAt, sourceOf, temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const miner = EvidenceMiner.create()
const SMALL = { epochs: 2, hidden: 8, embedding: 4, layers: 1, folds: 2 }

/** Jobs of these steps; each line a minute after the one before. */
function jobs(steps: readonly string[], count = 40): string[] {
  return Array.from({ length: count }, (_, job) => steps.map((step) => `job_${job} ${step}`))
    .flat()
    .map((message, i) => lineAt(i, message))
}

const NORMAL = ['opened its input', 'has read the rows', 'closed its input']

async function parsed(name: string, lines: readonly string[], frozen: boolean): Promise<string> {
  const out = join(folder, name)
  mkdirSync(out)
  const source = await sourceOf(out, 'app.log', lines)
  await writeOutput(out, (output) => parseIntoFolder(output, [{ source }], { masker: Masker.create(), miner, frozen }))
  return out
}

async function sequencesOf(name: string, lines: readonly string[], { key = 'job_\\d+', frozen = true } = {}) {
  const out = await parsed(name, lines, frozen)
  const vocabulary = frozen ? await readVocabulary(join(folder, 'normal/vocab.json')) : undefined
  await writeOutput(out, (output) =>
    buildSequencesIntoFolder(output, join(out, 'parsed.parquet'), { key: sessionKey(key), vocabulary }),
  )
  return join(out, 'sequences.parquet')
}

const out = join(folder, 'model.safetensors')
let sequences: string

beforeAll(async () => {
  sequences = await sequencesOf('normal', jobs(NORMAL, 120), { frozen: false })
})

function train(to = out) {
  return trainDeepLogToFile({
    sequences,
    vocabulary: join(folder, 'normal/vocab.json'),
    out: to,
    parsed: join(folder, 'normal/parsed.parquet'),
    options: SMALL,
  })
}

async function infer(run: Omit<DeepLogInferRun, 'model'>) {
  const model = await readDeepLog(out)
  const { result } = await writeOutput(join(folder, 'judged'), (output) =>
    inferDeepLogIntoFolder(output, { ...run, model }),
  )
  return result.summary
}

test('a training tells the share of false alarms that so few sessions can promise', async () => {
  const { budget, effectiveBudget, sessions } = await train()
  expect(budget).toBeLessThan(1 / sessions)
  expect(effectiveBudget).toBe(1 / 120)
})

test('a training that cannot write says so before it begins', async () => {
  const run = { sequences: 'nowhere', vocabulary: 'nowhere', out: join(folder, 'no/model') }
  await expect(trainDeepLogToFile(run)).rejects.toThrow('there is no folder')
})

test('a log of which the model knows little is remarked on, and one that it knows is not', async () => {
  const other = await sequencesOf('other', jobs(['ate an apple', 'sang a long song', 'closed its input']))
  const summary = await infer({ sequences: other })
  expect(summary.unknown_share).toBeCloseTo(2 / 3)
  expect(summary.remarks).toEqual([expect.stringContaining('does not fit this log: 67 %')])
  expect(summary.flagged_sessions).toBe(40)
  expect(summary.anomalous_sessions).toBe(40)
  expect((await infer({ sequences })).remarks).toEqual([])
})

test('values are gathered in the columns of the model that judges them, whatever the log holds', async () => {
  const vocabulary = await readVocabulary(join(folder, 'normal/vocab.json'))
  const path = join(folder, 'normal/parsed.parquet')
  const values = (await readDeepLog(out)).values!
  const model = { ...values, templates: [{ ...values.templates[1], columns: ['7', 'gap'] }] }
  const [series, ...others] = await readNumericValues(path, { vocabulary, model })
  expect(others).toEqual([])
  expect([series.template, series.columns]).toEqual([values.templates[1].template, ['7', 'gap']])
  expect([...series.values.subarray(0, 6)]).toEqual([NaN, NaN, NaN, 180, NaN, 180])
})

test('a parsed log that the sequences were not built from is refused', async () => {
  const other = join(await parsed('shifted', jobs(NORMAL, 41), true), 'parsed.parquet')
  await expect(infer({ sequences, parsed: other })).rejects.toThrow('is not the parsed log that these sequences')
  const vocabulary = join(folder, 'normal/vocab.json')
  await expect(trainDeepLogToFile({ sequences, vocabulary, out, parsed: other })).rejects.toThrow('(360 rows)')
})

test('sessions that were taken in another way than those learned are refused', async () => {
  const whole = await sequencesOf('by number', jobs(NORMAL), { key: '_\\d+' })
  const message = 'sessions by the key _\\d+ without a timeout, the model learned sessions by the key job_\\d+'
  await expect(infer({ sequences: whole })).rejects.toThrow(message)
  const vocabulary = join(folder, 'by number/vocab.json')
  const update = await readDeepLog(out)
  await expect(trainDeepLogToFile({ sequences: whole, vocabulary, out, update })).rejects.toThrow(message)
})
