/**
 * Detectors without a network on labelled sessions: `npm run bench:baseline -- [--data <dir>] [--quick]`.
 * Each detector by itself and combined, by thresholds without labels and by the best one with labels (oracle), beside
 * what flagging everything scores. Seconds are CPU seconds of training and scoring, after parsing.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  calibrate,
  fisher,
  heldOutScores,
  pValues,
  scoreBaseline,
  scoreSessions,
  SESSION_DETECTORS,
  strongest,
  trainBaseline,
  trainSessionDetectors,
  type SessionDetector,
  type SessionDetectorName,
} from '@sp/baseline'
import type { Sessions } from '@sp/builders'
import {
  bootstrapInterval,
  distinctUnits,
  evaluateFlags,
  evaluateRanking,
  findLeakage,
  openSessionProtocol,
  reweighted,
  SESSION_PROTOCOLS,
  type LabelledSessions,
  type SessionProtocol,
  type Truth,
} from '@sp/evaluation'
import { encodeSessions, windowsOfSequences } from './labelled-sets.js'
import { machineLine } from './machine.js'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.SP_DATA ?? '../shared/data' },
    quick: { type: 'boolean', default: false },
  },
})
const data = flags.data
const sets: readonly SessionProtocol[] = flags.quick ? ['hdfs', 'openstack', 'hadoop'] : SESSION_PROTOCOLS
const NAMES = Object.keys(SESSION_DETECTORS) as SessionDetectorName[]
/** Budgets of the study; what never occurred in training alarms by itself, a distance only beyond its budget. */
const BUDGETS = { countVectorDistance: 0.001, countVectorIdf: 0.001, markov: 0.005, editDistance: 0.001, timing: 0.001 }
const COMBINED_BUDGET = 0.0005

interface Row {
  readonly detector: string
  readonly flags: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly seconds: number
}

interface Figures {
  readonly recall: number | null
  readonly fpr: number | null
  readonly f1: number | null
  readonly f1Reweighted: number | null
  readonly f1Oracle: number | null
  readonly f1Distinct: number | null
  readonly balancedAccuracy: number | null
  readonly rocAuc: number | null
  readonly prAuc: number | null
}

if (!existsSync(join(data, 'hdfs_sessions'))) {
  console.log(`no hdfs_sessions in ${data}; name the folder of the data sets with --data`)
  console.log(JSON.stringify({ hdfs: null, openstack: null, hadoop: null, bgl: null, why: 'no data' }))
} else await run()

async function run(): Promise<void> {
  console.log(`npm run bench:baseline -- --data ${data}`)
  console.log(machineLine())
  const results: Record<string, Record<string, Figures>> = {}
  const secondsPerDetector: Record<string, number> = {}
  for (const name of sets) {
    const set = await openSessionProtocol(name, data)
    const rows = rowsOf(set)
    results[name] = printSet(set, rows)
    for (const { detector, seconds } of rows) {
      secondsPerDetector[detector] = Math.max(secondsPerDetector[detector] ?? 0, seconds)
    }
  }
  const quick = flags.quick ? { bgl: null, why: 'quick', quick: true } : {}
  console.log(JSON.stringify({ ...results, ...quick, secondsPerDetector, budget: COMBINED_BUDGET }))
}

function rowsOf(set: LabelledSessions): Row[] {
  const { train, test } = encodeSessions(set)
  const alone = NAMES.map((name) => rowAlone(name, { train, test, closed: set.closed }))
  const [newEvent, length] = alone
  const unseen = alone.find(({ detector }) => detector === 'countVector')!
  const eventLength: Row = {
    detector: 'eventLength',
    flags: Array.from(newEvent.flags, (flag, i) => flag | length.flags[i]),
    scores: strongestOf([newEvent, length]),
    seconds: newEvent.seconds + length.seconds,
  }
  const rows = [...alone, distanceRow(unseen, train, set.closed), eventLength]
  for (const detectors of [undefined, ['newEvent', 'length', 'countVectorIdf', 'markov'] as const]) {
    for (const budget of [COMBINED_BUDGET, 0.001, 0.002]) {
      const [scores, seconds] = timed(() =>
        scoreSessions(trainSessionDetectors(train, { budget, closed: set.closed, detectors }), test),
      )
      const name = `${detectors === undefined ? 'combined' : 'combinedWithMarkov'}${budget === COMBINED_BUDGET ? '' : ` ${budget * 100} %`}`
      rows.push({ detector: name, flags: scores.isAnomaly, scores: scores.score, seconds })
    }
  }
  rows.push(fisherRow(train, test, set.closed))
  return set.name === 'bgl' ? [...rows, windowRow(set)] : rows
}

/** A detector by itself: what it never saw in training alarms (score above 0), a distance beyond its budget. */
function rowAlone(name: SessionDetectorName, sets: { train: Sessions; test: Sessions; closed: boolean }): Row {
  const detector = SESSION_DETECTORS[name] as SessionDetector<unknown>
  const { train, test, closed } = sets
  const budget: number | undefined = BUDGETS[name as keyof typeof BUDGETS]
  const [[scores, threshold], seconds] = timed(() => {
    const found = detector.score(detector.train(train, { closed }), test)
    if (budget === undefined) return [found, 0] as const
    const heldOut = heldOutScores(detector, train, { closed })
    return [found, calibrate(heldOut, { budget, resolution: detector.resolution }).threshold] as const
  })
  return { detector: name, flags: Array.from(scores, (score) => Number(score > threshold)), scores, seconds }
}

/** The count vector by its distance instead of by being unseen. */
function distanceRow({ scores, seconds }: Row, train: Sessions, closed: boolean): Row {
  const detector = SESSION_DETECTORS.countVector
  const heldOut = heldOutScores(detector, train, { closed })
  const { threshold } = calibrate(heldOut, { budget: BUDGETS.countVectorDistance, resolution: detector.resolution })
  return {
    detector: 'countVectorDistance',
    flags: Array.from(scores, (score) => Number(score > threshold)),
    scores,
    seconds,
  }
}

/** Count vector and Markov chain by Fisher's method, with event and length by the strongest. */
function fisherRow(train: Sessions, test: Sessions, closed: boolean): Row {
  const [[heldOut, scores], seconds] = timed(() => {
    const p = (['newEvent', 'length', 'countVectorIdf', 'markov'] as const).map((name) => {
      const detector = SESSION_DETECTORS[name] as SessionDetector<unknown>
      const heldOut = heldOutScores(detector, train, { closed })
      const calibration = calibrate(heldOut, { budget: COMBINED_BUDGET, resolution: detector.resolution })
      const found = detector.score(detector.train(train, { closed }), test)
      return [pValues(calibration, heldOut), pValues(calibration, found)]
    })
    return [0, 1].map((part) => {
      const [newEvent, length, counts, order] = p.map((both) => both[part])
      const fused = fisher([counts, order])
      return strongest([newEvent, length, fused.map((score) => Math.exp(-score))])
    })
  })
  const { threshold } = calibrate(heldOut, { budget: COMBINED_BUDGET, resolution: 0.1 })
  return { detector: 'fisher', flags: Array.from(scores, (score) => Number(score > threshold)), scores, seconds }
}

/** The window detector, which knows the order of windows and forgives what has lasted. */
function windowRow({ train, test }: LabelledSessions): Row {
  const codes = new Map<string, number>()
  const [scores, seconds] = timed(() => {
    const model = trainBaseline(windowsOfSequences(train, codes))
    return scoreBaseline(model, windowsOfSequences(test, codes))
  })
  return { detector: 'windowDetector', flags: scores.isAnomaly, scores: scores.score, seconds }
}

function strongestOf(rows: readonly Row[]): number[] {
  return Array.from(rows[0].scores, (_, i) => Math.max(...rows.map(({ scores }) => scores[i])))
}

function printSet(set: LabelledSessions, rows: readonly Row[]): Record<string, Figures> {
  const { isAnomalous, population } = set
  const leakage = findLeakage(set)
  const abnormal = isAnomalous.reduce((sum, label) => sum + label, 0)
  console.log(
    `\n${set.name}: ${set.train.length} normal sessions to learn from, ${isAnomalous.length - abnormal} normal and ` +
      `${abnormal} abnormal to judge; ${percent(leakage.normalSeen)} of the normal and ${percent(leakage.abnormalSeen)} ` +
      `of the abnormal ones occur in training as they are`,
  )
  console.log(
    `${'detector'.padEnd(26)}  recall    FPR  F1    F1 rw [95 %]           oracle F1dist BA    ROC   PR    CPU s`,
  )
  const distinct = distinctUnits(set.test.map((events) => events.join(' ')))
  const truth: Truth = population === null ? { isAnomalous } : reweighted(isAnomalous, population)
  const all: Row = {
    detector: 'flagAll',
    flags: isAnomalous.map(() => 1),
    scores: isAnomalous.map(() => 0),
    seconds: 0,
  }
  const figures: Record<string, Figures> = {}
  for (const row of [all, ...rows]) {
    figures[row.detector] = figuresOf(row, { isAnomalous, truth, distinct })
    printRow(row, figures[row.detector], truth)
  }
  return figures
}

function figuresOf(
  { flags, scores }: Row,
  { isAnomalous, truth, distinct }: { isAnomalous: Uint8Array; truth: Truth; distinct: readonly number[] },
): Figures {
  const plain = evaluateFlags(flags, { isAnomalous })
  const ranking = evaluateRanking(scores, truth)
  const once = evaluateFlags(
    distinct.map((i) => flags[i]),
    { isAnomalous: distinct.map((i) => isAnomalous[i]) },
  )
  return {
    recall: plain.recall,
    fpr: plain.falsePositiveRate,
    f1: plain.f1,
    f1Reweighted: evaluateFlags(flags, truth).f1,
    f1Oracle: ranking.oracleF1,
    f1Distinct: once.f1,
    balancedAccuracy: plain.balancedAccuracy,
    rocAuc: ranking.rocAuc,
    prAuc: ranking.prAuc,
  }
}

function printRow({ detector, flags, seconds }: Row, figures: Figures, { isAnomalous, weights }: Truth): void {
  const interval = bootstrapInterval(flags.length, (drawn) => f1Of(drawn, flags, { isAnomalous, weights }), {
    seed: 1,
    samples: 200,
  })
  const range = interval === null ? '' : `[${interval.low.toFixed(3)}–${interval.high.toFixed(3)}]`
  const { recall, fpr, f1, f1Reweighted, f1Oracle, f1Distinct, balancedAccuracy, rocAuc, prAuc } = figures
  console.log(
    `${detector.padEnd(26)}  ${fixed(recall)}  ${((fpr ?? NaN) * 100).toFixed(3).padStart(7)}% ${fixed(f1)} ` +
      `${fixed(f1Reweighted)} ${range}  ${[f1Oracle, f1Distinct, balancedAccuracy, rocAuc, prAuc].map(fixed).join(' ')} ` +
      seconds.toFixed(2),
  )
}

function f1Of(drawn: Int32Array, flags: ArrayLike<number>, { isAnomalous, weights }: Truth): number | null {
  let [tp, fp, fn] = [0, 0, 0]
  for (const i of drawn) {
    const weight = weights?.[i] ?? 1
    if (flags[i] && isAnomalous[i]) tp += weight
    else if (flags[i]) fp += weight
    else if (isAnomalous[i]) fn += weight
  }
  return tp + fp + fn > 0 ? (2 * tp) / (2 * tp + fp + fn) : null
}

function timed<T>(work: () => T): [T, number] {
  const start = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1e6]
}

function fixed(figure: number | null): string {
  return figure === null ? '  –  ' : figure.toFixed(3)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
