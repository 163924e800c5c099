import { calibrate, pValues, strongest } from '@sp/baseline'
import type { Sessions } from '@sp/builders'
import type { DeepLogCalibration, PartName } from './deeplog-model.js'
import type { DeepLogSettings } from './deeplog-options.js'
import { partNames } from './deeplog-score.js'

/** What networks said of normal sessions that they had not seen. */
export interface HeldOutJudgement {
  readonly sessions: Sessions
  /** One per event. */
  readonly surprise: Float64Array
  readonly rank: Int32Array
  /** One per session. */
  readonly parts: Readonly<Record<PartName, Float64Array>>
}

/**
 * Thresholds from held-out normal sessions alone. Each part gets a scale of its own, the end among them: that training
 * saw few ends makes what a network says of them vary from seed to seed (F1 on HDFS .80 to .94 on one scale).
 */
export function calibrateDeepLog(
  { sessions, surprise, rank, parts }: HeldOutJudgement,
  { budget, lineBudget, topK, closed }: DeepLogSettings,
): DeepLogCalibration {
  const calibrated = partNames(closed).map((name) => ({
    name,
    calibration: calibrate(parts[name], { budget, resolution: NATS }),
  }))
  const score = strongest(calibrated.map(({ name, calibration }) => pValues(calibration, parts[name])))
  // New events fail whatever k is; they are told as what they are.
  const ranks = rank.filter((_, event) => surprise[event] < Infinity)
  const k = topK ?? fewestKept(ranks, lineBudget)
  return {
    sessions: sessions.count,
    parts: calibrated,
    session: calibrate(score, { budget, resolution: LOG10 }),
    line: calibrate(surprise.map(finite), { budget: lineBudget, resolution: NATS }),
    topK: k,
    missesOfTopK: ranks.reduce((misses, value) => misses + (value > k ? 1 : 0), 0) / Math.max(ranks.length, 1),
  }
}

/** The smallest differences that mean something. */
const NATS = 0.1
const LOG10 = 0.1

/** A new event is more surprising than any that a network knows; a tail needs a number. */
const SURPRISE_OF_NEW = 50

function finite(surprise: number): number {
  return Math.min(surprise, SURPRISE_OF_NEW)
}

/** The smallest k such that at most this share of the ranks lies beyond it. */
function fewestKept(ranks: Int32Array, share: number): number {
  const ascending = ranks.slice().sort()
  const allowed = Math.floor(share * ascending.length)
  return Math.max(1, ascending[ascending.length - 1 - allowed] ?? 1)
}
