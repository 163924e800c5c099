import type { Evidence } from '@sp/log-table'
import type { CountedTemplates } from '../level-shifts.js'
import { pValueOf, scoreAtPValue } from '../score-tail.js'
import type { EnsembleModel } from './ensemble-model.js'
import { rareOrOne } from './only-rare.js'

/** Where a window lies. */
export interface WindowPlace {
  /** Rows `startRow <= row < endRow`, counted from 0 within the source. */
  readonly startRow: number
  readonly endRow: number
  /** Line numbers of the first and the last row within the source. */
  readonly startLine: number
  readonly endLine: number
  /** Earliest and latest known time, milliseconds since 1970; NaN where no row has one. */
  readonly startTime: number
  readonly endTime: number
}

/** What the ensemble's own detectors say of a window: the window detector first, then the line detectors. */
export interface WindowOpinion extends WindowPlace, CountedTemplates {
  /** Of the window detector: strongest frequency surprise, and share of the distinct templates that are new, 0..1. */
  readonly frequency: number
  readonly unseenRate: number
  /** In each detector's own unit. */
  readonly scores: readonly number[]
  /** Share of normal windows that score at least as high, by detector. */
  readonly pValues: readonly number[]
  /** Of the detectors whose p-value is within the budget (or, where none is, of the smallest), rarest detector first. */
  readonly evidence: readonly Evidence[]
}

/** What all detectors together say of a window; `scores` and `pValues` in the order of `ensembleDetectors`. */
export interface WindowVerdict extends WindowOpinion {
  /** −log10 of the smallest p-value that means something, 0 where none does. */
  readonly score: number
  /** Share of normal windows whose score is at least as high, above 0 and at most 1. */
  readonly pValue: number
  /** Whether the score lies above the threshold of `model.calibration`. */
  readonly isAnomaly: boolean
}

/**
 * What a detector from elsewhere says by itself: its p-value, whether that alone would make a window strange, and the
 * score from which on it does.
 */
export function judgeAlone(
  { others, budget, calibration }: EnsembleModel,
  name: string,
  score: number,
): { readonly pValue: number; readonly isAnomaly: boolean; readonly threshold: number } {
  const { tail } = others.find((other) => other.name === name)!.calibration
  const pValue = pValueOf(tail, score)
  const isAnomaly = -Math.log10(rareOrOne(pValue, budget)) > calibration.threshold
  return { pValue, isAnomaly, threshold: scoreAtPValue(tail, Math.min(2 * budget, 10 ** -calibration.threshold)) }
}

/**
 * Makes one verdict of what the ensemble's own detectors say and the scores of the others.
 * @param others scores in the order of `model.others`, NaN where one says nothing; those that are missing say nothing
 */
export function judgeWindow(
  model: EnsembleModel,
  opinion: WindowOpinion,
  others: ArrayLike<number> = [],
): WindowVerdict {
  const scores = [...opinion.scores]
  const pValues = [...opinion.pValues]
  model.others.forEach(({ calibration }, i) => {
    const score = others[i] ?? NaN
    scores.push(score)
    pValues.push(Number.isNaN(score) ? 1 : pValueOf(calibration.tail, score))
  })
  let smallest = 1
  for (const p of pValues) smallest = Math.min(smallest, rareOrOne(p, model.budget))
  const score = -Math.log10(smallest)
  const { tail, threshold } = model.calibration
  return { ...opinion, scores, pValues, score, pValue: pValueOf(tail, score), isAnomaly: score > threshold }
}
