import { pValueOf, scoreAtPValue } from '../score-tail.js'
import type { TrainedOther } from './ensemble-model.js'

/**
 * p-value of a detector from elsewhere, divided by its weight (Genovese, Roeder & Wasserman 2006), at most 1; 1 where it
 * says nothing.
 */
export function pValueOfOther({ calibration, weight }: TrainedOther, score: number): number {
  return Number.isNaN(score) ? 1 : Math.min(1, pValueOf(calibration.tail, score) / weight)
}

/** The score from which on its weighted p-value is below one; the inverse of {@link pValueOfOther}. */
export function scoreOfOtherAt({ calibration, weight }: TrainedOther, p: number): number {
  return scoreAtPValue(calibration.tail, p * weight)
}
