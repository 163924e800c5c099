import type { Sessions } from '@sp/builders'
import { pValues } from '../calibration.js'
import { strongest } from '../combine-p-values.js'
import { sessionDetector, type SessionDetectorName } from './session-detectors.js'
import { checkSessionModel, type SessionModel } from './session-model.js'

/** Scores of sessions; every column has `count` entries. */
export interface SessionScores {
  readonly count: number
  /** −log10 of the smallest p-value of the detectors, 0 or more. */
  readonly score: Float64Array
  /** Share of normal sessions whose score is at least as high, above 0 and at most 1. */
  readonly pValue: Float64Array
  /** 1 where the score lies above the threshold. */
  readonly isAnomaly: Uint8Array
  readonly threshold: number
  /** What each detector says, in the order of the model. */
  readonly detectors: readonly DetectorScores[]
}

/** One detector's opinion of every session. */
export interface DetectorScores {
  readonly name: SessionDetectorName
  /** In the detector's own unit. */
  readonly score: Float64Array
  readonly pValue: Float64Array
  /** Score that the share `budget` of normal sessions exceeds by this detector alone. */
  readonly threshold: number
}

/**
 * Scores sessions against a model; the model stays as it is, and no session's score depends on another.
 * Events must be indices of the vocabulary that the model was trained with.
 * @throws {BaselineError} `bad-model` when the model is damaged or of another version
 */
export function scoreSessions(model: SessionModel, sessions: Sessions): SessionScores {
  checkSessionModel(model)
  const detectors = model.detectors.map(({ name, model: trained, calibration }) => {
    const score = sessionDetector(name).score(trained, sessions)
    return { name, score, pValue: pValues(calibration, score), threshold: calibration.threshold }
  })
  const score = strongest(detectors.map(({ pValue }) => pValue))
  const { threshold } = model.calibration
  return {
    count: sessions.count,
    score,
    pValue: pValues(model.calibration, score),
    isAnomaly: Uint8Array.from(score, (value) => Number(value > threshold)),
    threshold,
    detectors,
  }
}
