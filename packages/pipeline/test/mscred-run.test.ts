import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '@sp/baseline'
import { EvidenceMiner } from '@sp/drain'
import { readTable } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { analyzeMscredIntoFolder } from '../src/mscred/analyze-run.js'
import { buildCountsIntoFolder, type BuildCountsOptions } from '../src/mscred/build-counts.js'
import { scalesColumn } from '../src/mscred/frame-table.js'
import { inferMscredIntoFolder, readMscred } from '../src/mscred/infer-run.js'
import { readMapping } from '../src/mscred/series-mapping.js'
import { trainMscredToFile } from '../src/mscred/train-run.js'
import { writeOutput } from '../src/output-folder.js'
import { parseIntoFolder } from '../src/parse-run.js'
import { sourceOf, temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const miner = EvidenceMiner.create()
const MESSAGES = ['request was answered', 'cache was flushed to disk', 'queue is being drained', 'session was renewed']

/** Four kinds of lines in a mixture that does not change, one a second; `strange` puts others in the place of some. */
function lines(count: number, seed: number, strange: (line: number) => string | null = () => null): string[] {
  let state = seed
  return Array.from({ length: count }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    const time = new Date(Date.UTC(2026, 0, 5) + i * 1000).toISOString()
    return `${time} host-1 app[42]: ${strange(i) ?? MESSAGES[Math.min(3, (state >>> 16) % 5)]}`
  })
}

async function countsOf(name: string, log: readonly string[], options: BuildCountsOptions = {}): Promise<string> {
  const out = join(folder, name)
  mkdirSync(out)
  const source = await sourceOf(out, 'app.log', log)
  const frozen = options.mapping !== undefined
  await writeOutput(out, (output) => parseIntoFolder(output, [{ source }], { masker: Masker.create(), miner, frozen }))
  await writeOutput(out, (output) => buildCountsIntoFolder(output, join(out, 'parsed.parquet'), options))
  return join(out, 'window_counts.parquet')
}

const model = join(folder, 'model.safetensors')
let counts: string

beforeAll(async () => {
  counts = await countsOf('normal', lines(12_000, 1))
})

async function judged(name: string, log: readonly string[]) {
  const mapping = await readMapping(join(folder, 'normal/template_mapping.json'))
  const path = await countsOf(name, log, { mapping })
  await writeOutput(join(folder, name), async (output) =>
    inferMscredIntoFolder(output, { counts: path, model: await readMscred(model), rule: 'highest' }),
  )
  return readTable(join(folder, name, 'mscred_infer.parquet'))
}

test('a burst is found at its lines, and named by its template', async () => {
  const summary = await trainMscredToFile({ counts, out: model })
  expect(summary).toMatchObject({ mode: 'ensemble', windows: 479, series: 6, network: null })
  expect(summary.selfTest!.shocks.length).toBeGreaterThan(0)
  const burst = lines(3000, 2, (i) => (i >= 1500 && i < 1700 ? MESSAGES[2] : null))
  const table = await judged('burst', burst)
  const flagged = Array.from(table.is_anomaly as boolean[]).flatMap((flag, f) => (flag ? [f] : []))
  expect(flagged.length).toBeGreaterThan(0)
  for (const f of flagged) {
    // What follows a burst is judged with the burst as its past.
    expect(Number(table.start_index[f])).toBeLessThan(1800)
    expect(Number(table.window_end_line[f])).toBeGreaterThanOrEqual(1500)
  }
  const strongest = flagged.toSorted(
    (a, b) => Number(table.reconstruction_error[b]) - Number(table.reconstruction_error[a]),
  )[0]
  const evidence = table.evidence[strongest] as { template: string; direction: string }[]
  expect(evidence).toContainEqual(expect.objectContaining({ template: 'queue is being drained', direction: 'up' }))

  await writeOutput(join(folder, 'burst'), (output) => analyzeMscredIntoFolder(output, join(folder, 'burst')))
  const analysis = JSON.parse(readFileSync(join(folder, 'burst/mscred_analysis.json'), 'utf8'))
  expect(analysis).toMatchObject({ format: 'sp-mscred-analysis', anomalies: flagged.length, overlap: null })
  const report = readFileSync(join(folder, 'burst/mscred_report.md'), 'utf8')
  expect(report).toContain('queue is being drained')
  const [{ shock, planted, found, named }] = summary.selfTest!.shocks
  expect(report).toContain(`| ${shock} | ${planted} | ${found} | ${named} |`)
})

test('lines of templates that training did not hold are counted as unknown and found', async () => {
  const table = await judged(
    'unknown',
    lines(3000, 3, (i) => (i >= 2000 && i < 2060 ? `valve ${i} bursts now` : null)),
  )
  const flagged = Array.from(table.is_anomaly as boolean[]).flatMap((flag, f) => (flag ? [f] : []))
  expect(flagged.length).toBeGreaterThan(0)
  const causes = flagged.flatMap((f) => (table.evidence[f] as { series: string }[]).map(({ series }) => series))
  expect(causes).toContain('unknown')
})

test('a network keeps what it says at each time scale', async () => {
  const long = await countsOf('long', lines(18_000, 6))
  const summary = await trainMscredToFile({ counts: long, out: `${model}.network`, mode: 'predictive', epochs: 1 })
  expect(summary).toMatchObject({ mode: 'predictive', windows: 719 })
  // Each fifth is held out; its first hundred windows or so are past only.
  expect(summary.heldOutFrames).toBeGreaterThan(100)
  await writeOutput(join(folder, 'long'), async (output) =>
    inferMscredIntoFolder(output, { counts: long, model: await readMscred(`${model}.network`) }),
  )
  const { scales, window_idx: last } = await readTable(join(folder, 'long/mscred_infer.parquet'))
  // The first ten have too little past.
  expect(JSON.parse(readFileSync(join(folder, 'long/mscred_summary.json'), 'utf8'))).toMatchObject({ not_judged: 10 })
  expect(last[0]).toBe(109)
  for (const each of Array.from(scales as ArrayLike<number[]>)) {
    expect(each.map(Number.isInteger)).toEqual([true, true, true])
  }
})

test('what a network does not say of a time scale leaves the others in their places', () => {
  const part = { name: 'network', score: new Float64Array(2), signed: new Float64Array(2) }
  const scales = Float64Array.of(1, NaN, 3, NaN, NaN, Infinity)
  const { data } = scalesColumn({ count: 2, parts: [{ ...part }, { ...part, scales }] }, [0, 1])
  expect(data).toEqual([
    [1, null, 3],
    [null, null, null],
  ])
  expect(scalesColumn({ count: 2, parts: [part] }, [0, 1]).data).toEqual([[], []])
})

test('the same counts and seed give the same bytes; other counts are refused', async () => {
  await trainMscredToFile({ counts, out: `${model}.again` })
  expect(readFileSync(`${model}.again`)).toEqual(readFileSync(model))
  const other = await countsOf('other', lines(3000, 4), { mostSeries: 4 })
  const run = writeOutput(join(folder, 'refused'), async (output) =>
    inferMscredIntoFolder(output, { counts: other, model: await readMscred(model) }),
  )
  await expect(run).rejects.toThrow('channel mapping')
})

test('windows of another shape are refused, and so is a log too short for a frame', async () => {
  const { channels, texts } = await readMapping(join(folder, 'normal/template_mapping.json'))
  const shape = { format: 'sp-series', version: 1, window: { ms: 60_000 }, channels, texts } as const
  const minutes = await countsOf('other-windows', lines(6000, 7), { mapping: shape })
  function judge(name: string, path: string) {
    return writeOutput(join(folder, name), async (output) =>
      inferMscredIntoFolder(output, { counts: path, model: await readMscred(model) }),
    )
  }
  await expect(judge('refused-windows', minutes)).rejects.toThrow(
    'has windows of 60 s, the model judges windows of 50 lines, 25 from one to the next',
  )
  const mapping = await readMapping(join(folder, 'normal/template_mapping.json'))
  const short = await countsOf('short', lines(100, 8), { mapping })
  await expect(judge('refused-short', short)).rejects.toThrow('hold no frame that can be judged')
})

test('a network stays only where it finds more of the same shocks', async () => {
  const long = join(folder, 'long/window_counts.parquet')
  const run = { counts: long, out: `${model}.joined`, mode: 'joined', epochs: 1 }
  const { mode, network, selfTest } = await trainMscredToFile(run)
  const alone = await trainMscredToFile({ counts: long, out: `${model}.alone`, options: { frame: 5, step: 1 } })
  // The network needs more past: there is room for fewer shocks than the ensemble alone would have.
  expect(network!.planted).toBeLessThan(sharesOf(alone.selfTest!).planted)
  expect(sharesOf(selfTest!)).toEqual({
    planted: network!.planted,
    found: network![network!.kept ? 'joined' : 'alone'],
  })
  expect(network!.kept).toBe(network!.planted >= 20 && network!.joined > network!.alone)
  expect(mode).toBe(network!.kept ? 'joined' : 'ensemble')
})

/** Shocks that were planted, and the share of them that was found. */
function sharesOf({ shocks }: SelfTest) {
  const planted = shocks.reduce((sum, shock) => sum + shock.planted, 0)
  return { planted, found: shocks.reduce((sum, { found }) => sum + found, 0) / planted }
}

test('what is no table of frames is refused with what to do', async () => {
  const other = join(folder, 'no-frames')
  mkdirSync(other)
  copyFileSync(join(folder, 'normal/window_counts.parquet'), join(other, 'mscred_infer.parquet'))
  const run = writeOutput(join(folder, 'refused-frames'), (output) => analyzeMscredIntoFolder(output, other))
  await expect(run).rejects.toThrow('has no column reconstruction_error; run "sp mscred-infer" again')
})

test('windows by time have one for each minute', async () => {
  const path = await countsOf('minutes', lines(3000, 5), { window: { ms: 60_000 } })
  const table = await readTable(path)
  expect(table.start_index.length).toBe(49)
  expect(Array.from(table.start_index as number[]).slice(0, 3)).toEqual([0, 60, 120])
})
