import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EvidenceMiner } from '@sp/drain'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { openTemplates, renamedTemplates } from '../src/open-templates.js'
import { saveMiner } from '../src/miner-state.js'
import { OutputFolder } from '../src/output-folder.js'
import { parseIntoFolder } from '../src/parse-run.js'
import { surveyTemplate } from '../src/survey-template.js'
import { temporaryFolder } from './temporary-folder.js'

const base = temporaryFolder()

const masker = Masker.create()

async function parsed(name: string, lines: readonly string[], miner = EvidenceMiner.create()) {
  const log = join(base, `${name}.log`)
  writeFileSync(log, lines.map((line, at) => `2026-01-01T00:00:0${at % 10}Z h app: ${line}\n`).join(''))
  const folder = await OutputFolder.create(join(base, name))
  const target = (await openSources([log])).map((source) => ({ source }))
  await parseIntoFolder(folder, target, { masker, miner, frozen: false })
  await folder.commit()
  await saveMiner(join(folder.path, 'drain_state.json'), miner)
  return folder.path
}

test('a folder gives its templates, its rows and its state; a state file its templates alone', async () => {
  const path = await parsed('one', ['job 7 for ann', 'job 8 for ann', 'idle'])
  const opened = await openTemplates(path)
  expect(opened.templates.map(({ text, count }) => [text, count])).toEqual([
    ['job <NUM> for ann', 2],
    ['idle', 1],
  ])
  expect(opened.parsed).toBe(join(path, 'parsed.parquet'))
  expect(opened.miner).toBeInstanceOf(EvidenceMiner)
  const state = await openTemplates(join(path, 'drain_state.json'))
  expect(state).toMatchObject({ templates: opened.templates, parsed: null })
})

test('what is neither is refused', async () => {
  await expect(openTemplates(join(base, 'nowhere'))).rejects.toMatchObject({ code: 'bad-state' })
  await expect(openTemplates(base)).rejects.toMatchObject({ code: 'bad-folder' })
})

test('the rows of a template show examples that differ, types, and the most frequent values', async () => {
  const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']
  const lines = users.flatMap((user) => [`job 7 for ${user}`, `job ${user.length} for ${user}`])
  const opened = await openTemplates(await parsed('two', ['idle', ...lines]))
  const template = opened.templates.find(({ text }) => text === 'job <NUM> for <*>')!
  const survey = await surveyTemplate(opened.parsed!, template, { examples: 2, samples: 1 })
  expect(survey).toMatchObject({ rows: 16, unfitting: 0, firstTime: Date.UTC(2026, 0, 1) })
  expect(survey.examples.map(({ line, raw }) => [line, raw.slice(-9)])).toEqual([
    [1, '7 for ann'],
    [3, '7 for bob'],
  ])
  expect(survey.parameters).toEqual([
    { types: [{ type: 'NUM', count: 16 }], values: 2, samples: [{ value: '3', count: 8 }] },
    { types: [{ type: '*', count: 16 }], values: 8, samples: [{ value: 'ann', count: 2 }] },
  ])
})

test('rows that were parsed earlier are brought up to date by the state of later', async () => {
  const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']
  const miner = EvidenceMiner.create()
  const before = await openTemplates(
    await parsed(
      'early',
      users.slice(1).map((user) => `quota of ${user}`),
      miner,
    ),
  )
  const after = await openTemplates(await parsed('late', ['quota of ann'], miner))
  const renamed = renamedTemplates(before, after)
  const [{ id }] = after.miner!.templates()
  expect(before.templates.map((template) => renamed.get(template.id))).toEqual(Array(7).fill(id))
})
