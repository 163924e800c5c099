import type { CountEvidence } from './evidence.js'

/**
 * What a detector says of units of a log (windows of rows). Higher score = more anomalous.
 * Every column has `count` entries; a unit covers the rows `startRow <= row < endRow` of one source.
 */
export interface AnomalyScores {
  /** Name of the detector, e.g. `baseline`. */
  readonly detector: string
  readonly count: number
  /** First row, 0-based over the whole parsed log. */
  readonly startRow: Int32Array
  /** Row after the last. */
  readonly endRow: Int32Array
  /** Unbounded; comparable only within one detector. */
  readonly score: Float64Array
  /** Share of held-out normal units that score at least as high, 0..1. */
  readonly pValue: Float64Array
  /** 1 where the score lies above the calibrated threshold. */
  readonly isAnomaly: Uint8Array
  /** The calibrated threshold, in the unit of the score. */
  readonly threshold: number
  /** Strongest first; empty for a unit that nothing speaks against. */
  readonly evidence: readonly (readonly CountEvidence[])[]
}
