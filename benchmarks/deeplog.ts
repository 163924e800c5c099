/**
 * DeepLog on labelled sessions, from event ids and from raw lines: `npm run bench:deeplog -- [--data <dir>] [--quick]
 * [--python <interpreter with PyTorch>]`. Thresholds come from training sessions alone; the oracle column, whose
 * threshold is chosen with the labels, is printed beside because that is what papers print. Seconds are CPU seconds.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Vocabulary } from '@sp/builders'
import { openSessionProtocol, type SessionProtocol } from '@sp/evaluation'
import { deepVerdicts, type Figures, figuresOf, train, trivialVerdicts, type Trained } from './deeplog-sessions.js'
import { hdfsFromRawLines } from './deeplog-raw.js'
import { measureSpeed } from './deeplog-speed.js'
import { measureUpdate } from './deeplog-update.js'
import { encodeSessions } from './labelled-sets.js'
import { machineLine, median } from './machine.js'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.SP_DATA ?? '../shared/data' },
    python: { type: 'string', default: '/usr/bin/python3' },
    quick: { type: 'boolean', default: false },
  },
})
const SEEDS = flags.quick ? [1] : [1, 2, 3, 4, 5]
/** A quick run trains a tenth as long: it shows that all works, not how well. */
const TRAINING = flags.quick ? { epochs: 2 } : {}
const OTHERS: readonly SessionProtocol[] = flags.quick ? [] : ['openstack', 'hadoop', 'bgl']

if (!existsSync(join(flags.data, 'hdfs_sessions'))) {
  console.log(`no hdfs_sessions in ${flags.data}; name the folder of the data sets with --data`)
  console.log(JSON.stringify({ hdfs: null, hdfs2percent: null, hdfsRaw: null, why: 'no data' }))
} else await run()

async function run(): Promise<void> {
  console.log(`npm run bench:deeplog -- --data ${flags.data}${flags.quick ? ' --quick' : ''}`)
  console.log(machineLine())
  const { rows, models } = await measureSet('hdfs')
  const { model } = models[0]
  const others: Record<string, unknown> = {}
  for (const name of OTHERS) others[name] = (await measureSet(name)).rows
  const { test } = encodeSessions(await openSessionProtocol('hdfs', flags.data))
  const speed = await measureSpeed(model, test, flags.python)
  const update = flags.quick ? { updateF1Drop: null, why: 'quick' } : await measureUpdate(flags.data)
  const raw = flags.quick
    ? { hdfs2percent: null, hdfsRaw: null, why: 'quick', quick: true }
    : await hdfsFromRawLines(flags.data)
  const trainSeconds = median(models.map(({ networkSeconds }) => networkSeconds))
  const calibratedSeconds = median(models.map(({ totalSeconds }) => totalSeconds))
  console.log(`\ntraining: ${trainSeconds.toFixed(1)} s CPU, with thresholds ${calibratedSeconds.toFixed(1)} s`)
  console.log(JSON.stringify({ hdfs: rows, ...others, trainSeconds, calibratedSeconds, ...speed, ...update, ...raw }))
}

/** Trains and judges one set with every seed. */
async function measureSet(name: SessionProtocol): Promise<{ rows: Record<string, object>; models: Trained[] }> {
  const set = await openSessionProtocol(name, flags.data)
  const { train: normal, test } = encodeSessions(set)
  const vocabulary = Vocabulary.from(set.train.flat())
  console.log(`\n${name}: ${normal.count} normal sessions, ${test.count} to judge`)
  console.log(`${'detector'.padEnd(22)}recall  FPR %   F1     F1 rw [range over seeds]  oracle  F1 dist.  AUROC  BA`)
  const rows: Record<string, object> = {}
  for (const [detector, verdict] of Object.entries(trivialVerdicts(normal, test, set.closed))) {
    rows[detector] = printRow(detector, [figuresOf(verdict, set)])
  }
  const seeds = name === 'hdfs' ? SEEDS : SEEDS.slice(0, 1)
  const models: Trained[] = []
  const figures: Record<'deeplog' | 'fusion', Figures[]> = { deeplog: [], fusion: [] }
  for (const seed of seeds) {
    const trained = await train(normal, vocabulary, { seed, closed: set.closed, ...TRAINING })
    const verdicts = await deepVerdicts(trained.model, test)
    for (const detector of ['deeplog', 'fusion'] as const) figures[detector].push(figuresOf(verdicts[detector], set))
    models.push(trained)
  }
  for (const detector of ['deeplog', 'fusion'] as const) rows[detector] = printRow(detector, figures[detector])
  return { rows, models }
}

/** Prints the median over the seeds, and gives it with the smallest and the largest. */
function printRow(detector: string, figures: readonly Figures[]): Record<string, number | null> {
  const row: Record<string, number | null> = {}
  for (const key of Object.keys(figures[0]) as (keyof Figures)[]) {
    const values = figures.map((figure) => figure[key]).filter((value) => value !== null)
    row[key] = values.length > 0 ? median(values) : null
    if (figures.length === 1 || values.length === 0) continue
    row[`${key}Min`] = Math.min(...values)
    row[`${key}Max`] = Math.max(...values)
  }
  const range = figures.length > 1 ? `[${fixed(row.f1ReweightedMin)}–${fixed(row.f1ReweightedMax)}]` : ''
  const rest = [row.f1Oracle, row.f1Distinct, row.rocAuc, row.balancedAccuracy].map(fixed).join('   ')
  console.log(
    `${detector.padEnd(22)}${fixed(row.recall)}   ${((row.fpr ?? NaN) * 100).toFixed(3).padStart(7)} ${fixed(row.f1)} ` +
      `${fixed(row.f1Reweighted)} ${range.padEnd(17)}  ${rest}`,
  )
  return row
}

function fixed(figure: number | null): string {
  return figure === null ? '  – ' : figure.toFixed(4)
}
