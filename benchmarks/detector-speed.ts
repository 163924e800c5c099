/**
 * CPU time of the detectors without a network, after parsing: `npm run bench:detectors -- [--data <dir>]`. Trained on the
 * first part of a log, scored on the rest, in one process and one thread; rates are lines a second of CPU time.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  collectLines,
  EnsembleScorer,
  judgeWindow,
  LINE_DETECTORS,
  scoreBaseline,
  trainBaseline,
  trainEnsemble,
  type LineDetector,
} from '@sp/baseline'
import { countWindows } from '@sp/builders'
import { EvidenceMiner } from '@sp/drain'
import { generateSyntheticLog } from '@sp/evaluation'
import { openSources } from '@sp/log-reader'
import type { ParsedLog } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { parseLog } from '@sp/pipeline'
import { machineLine } from './machine.js'

const { values: flags } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } })
const scratch = mkdtempSync(join(tmpdir(), 'bench-detectors-'))
try {
  await run()
} finally {
  rmSync(scratch, { recursive: true })
}
async function run() {
  console.log(machineLine())
  const synthetic = join(scratch, 'synthetic.log')
  writeFileSync(
    synthetic,
    generateSyntheticLog({ seed: 7, lines: 220_000, startMs: Date.UTC(2026, 2, 2) }).lines.join('\n') + '\n',
  )
  const hdfs = join(flags.data, 'hdfs_2percent/HDFS_2percent.log.gz')
  const figures: Record<string, unknown> = {}
  for (const [name, path] of [
    ['synthetic', synthetic],
    ['hdfs', hdfs],
  ] as const) {
    if (!existsSync(path)) continue
    const batches = await parse(path)
    const total = batches.reduce((s, b) => s + b.rowCount, 0)
    let rows = 0
    const train = batches.filter((b) => (rows += b.rowCount) <= total / 2)
    const rest = batches.slice(train.length)
    const f: Record<string, number> = {}
    for (let round = 0; round < 3; round++) {
      const [wt, a] = await timed(() => countWindows(train))
      const [wr, b] = await timed(() => countWindows(rest))
      const [model, c] = await timed(async () => trainBaseline(wt))
      const [scores, d] = await timed(async () => scoreBaseline(model, wr))
      const n = rest.reduce((s, b) => s + b.rowCount, 0)
      f.count = n / b
      f.trainBaseline = c
      f.scoreBaselineLines = n / d
      console.log(
        name,
        round,
        n,
        'count lines/s',
        Math.round(n / b),
        'train s',
        c.toFixed(2),
        'score lines/s',
        Math.round(n / d),
        scores.isAnomaly.reduce((x, y) => x + y, 0),
        a.toFixed(2),
      )
    }
    const n = rest.reduce((s, b) => s + b.rowCount, 0)
    const normal = { windows: await countWindows(train), lines: await collectLines(train) }
    const [model, trainS] = await timed(async () => trainEnsemble(normal))
    console.log(
      name,
      'trainEnsemble',
      normal.lines.count,
      'lines',
      trainS.toFixed(2),
      's; model',
      JSON.stringify(model).length,
    )
    const [lines, readS] = await timed(() => collectLines(rest))
    let all = 0
    for (const [d, detector] of Object.entries(LINE_DETECTORS) as [string, LineDetector<unknown>][]) {
      const [m, t] = await timed(async () => detector.train(normal.lines))
      const scores = new Float64Array(lines.count)
      const [, warm] = await timed(async () => detector.open(m).push(lines, scores))
      const [, s] = await timed(async () => detector.open(m).push(lines, scores))
      all += s
      console.log(
        '  ',
        d,
        'train',
        t.toFixed(3),
        's, score',
        Math.round(n / s),
        'lines/s',
        warm.toFixed(3),
        JSON.stringify(m).length,
      )
    }
    console.log('  all line detectors', Math.round(n / all), 'lines/s; reading them', Math.round(n / readS), 'lines/s')
    for (let round = 0; round < 3; round++) {
      const [flagged, s] = await timed(async () => {
        const scorer = new EnsembleScorer(model)
        const opinions = [...rest.flatMap((b) => scorer.push(b)), ...scorer.flush()]
        return opinions.filter((o) => judgeWindow(model, o).isAnomaly).length
      })
      console.log('  EnsembleScorer', Math.round(n / s), 'lines/s', flagged, 'flagged')
      f.ensemble = n / s
    }
    f.trainEnsemble = trainS
    f.lineDetectors = n / all
    figures[name] = f
  }
  console.log(JSON.stringify(figures))
}
async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1e6]
}
async function parse(path: string): Promise<ParsedLog[]> {
  const [source] = await openSources([path])
  const batches: ParsedLog[] = []
  for await (const batch of parseLog([{ source }], {
    masker: Masker.create(),
    miner: EvidenceMiner.create(),
    reading: { year: 2026 },
  }))
    batches.push(batch)
  return batches
}
