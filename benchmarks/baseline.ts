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
import { openSessionProtocol, SESSION_PROTOCOLS, type LabelledSessions, type SessionProtocol } from '@sp/evaluation'
import { encodeSessions, windowsOfSequences } from './labelled-sets.js'
import { machineLine } from './machine.js'
import { printSet, type Figures, type Row } from './session-figures.js'

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

function timed<T>(work: () => T): [T, number] {
  const start = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1e6]
}
