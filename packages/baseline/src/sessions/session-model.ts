import { BaselineError } from '../errors.js'
import type { Calibration } from '../calibration.js'
import { SESSION_DETECTORS, type SessionDetectorName } from './session-detectors.js'
import type { SessionTraining } from './session-detector.js'

/** Settings of training session detectors. */
export interface SessionOptions extends SessionTraining {
  /** Share of normal sessions that may alarm, above 0 and at most 0.1; default 0.0005, one session in 2,000. */
  readonly budget?: number
  /**
   * The detectors that are combined; default `newEvent`, `length`, `countVectorIdf`, which together were best without
   * labels on HDFS and cost milliseconds. `timing` needs times.
   */
  readonly detectors?: readonly SessionDetectorName[]
}

/** What session detectors learned of normal sessions: plain data, fit for JSON. */
export interface SessionModel {
  readonly format: 'sp-sessions'
  readonly version: number
  readonly options: Required<SessionOptions>
  /** Normal sessions it was trained on. */
  readonly sessions: number
  readonly detectors: readonly TrainedSessionDetector[]
  /** Of the combined score, −log10 of the smallest p-value of the detectors. */
  readonly calibration: Calibration
}

/** One detector of a {@link SessionModel}. */
export interface TrainedSessionDetector {
  readonly name: SessionDetectorName
  readonly model: unknown
  readonly calibration: Calibration
}

/** Version of the model's data; it changes whenever an older program would misread it. */
export const SESSION_MODEL_VERSION = 1

/**
 * The settings with their defaults.
 * @throws {BaselineError} `bad-options`
 */
export function sessionOptions(options: SessionOptions): Required<SessionOptions> {
  const { closed = true, budget = 0.0005, detectors = ['newEvent', 'length', 'countVectorIdf'] } = options
  if (!(budget > 0 && budget <= 0.1)) {
    throw new BaselineError('bad-options', `budget ${budget}, expected above 0 and at most 0.1`)
  }
  const stranger = detectors.find((name) => !Object.hasOwn(SESSION_DETECTORS, name))
  if (stranger !== undefined || detectors.length === 0 || new Set(detectors).size < detectors.length) {
    const expected = `one or more different ones of ${Object.keys(SESSION_DETECTORS).join(', ')}`
    throw new BaselineError('bad-options', `detectors ${detectors.join(', ') || '(none)'}, expected ${expected}`)
  }
  return { closed, budget, detectors }
}

/**
 * Checks a model that was read from a file.
 * @throws {BaselineError} `bad-model` when it is damaged or of another version
 */
export function checkSessionModel(model: SessionModel): void {
  if (model?.format !== 'sp-sessions' || model.version !== SESSION_MODEL_VERSION) {
    const seen = `${model?.format} version ${model?.version}`
    const expected = `sp-sessions version ${SESSION_MODEL_VERSION}`
    throw new BaselineError('bad-model', `model of ${seen}, expected ${expected}; train again`)
  }
  const known = model.detectors?.every(({ name }) => Object.hasOwn(SESSION_DETECTORS, name))
  if (known && Number.isFinite(model.calibration?.threshold)) return
  throw new BaselineError('bad-model', 'model with missing or damaged parts; restore the file or train again')
}
