import { fitScoreTail, pValueOf, scoreAtPValue, type ScoreTail } from './score-tail.js'

/** What held-out normal units teach about a score: how rare it is, and from where on it is too rare. Plain data. */
export interface Calibration {
  readonly tail: ScoreTail
  /** Units that score above it are anomalies. */
  readonly threshold: number
}

/** How scores are calibrated. */
export interface CalibrationOptions {
  /** Share of normal units that may alarm, above 0 and below 1. */
  readonly budget: number
  /** The smallest difference of scores that means something; see `fitScoreTail`. */
  readonly resolution: number
}

/**
 * Calibrates a detector on its scores of normal units that it had not learned from.
 *
 * With at least 1 / budget units the threshold is the score that the share `budget` of them exceeds (the tail beyond the
 * second largest). With fewer the budget cannot be kept by anything counted: then odd units are set aside ({@link
 * withoutOdd}) and the threshold is the largest score of the others, so that about one normal unit in as many as there
 * were alarms.
 * @param heldOut scores of at least one unit, finite
 */
export function calibrate(heldOut: ArrayLike<number>, { budget, resolution }: CalibrationOptions): Calibration {
  if (heldOut.length * budget >= 1) {
    const tail = fitScoreTail(heldOut, resolution)
    return { tail, threshold: scoreAtPValue(tail, budget) }
  }
  const ordinary = withoutOdd(heldOut, resolution)
  return { tail: fitScoreTail(ordinary, resolution), threshold: ordinary[ordinary.length - 1] }
}

/** The share of normal units that score at least as high, one a score, above 0 and at most 1. */
export function pValues({ tail }: Calibration, scores: Float64Array): Float64Array {
  return scores.map((score) => pValueOf(tail, score))
}

/**
 * One odd unit among a few dozen would make every other one look harmless: while the largest score is more than three
 * times the one before it, it is left out, at most one unit in twenty and never the last.
 * @returns the others, ascending
 */
function withoutOdd(scores: ArrayLike<number>, resolution: number): number[] {
  const ascending = Array.from(scores).sort((a, b) => a - b)
  for (let most = Math.ceil(ascending.length / 20); most > 0 && ascending.length > 1; most--) {
    const next = ascending[ascending.length - 2]
    if (ascending[ascending.length - 1] <= ODD_RATIO * Math.max(next, resolution)) break
    ascending.pop()
  }
  return ascending
}

const ODD_RATIO = 3
