import { BaselineError } from '../errors.js'
import type { BaselineModel, BaselineOptions } from '../baseline-model.js'
import type { Calibration } from '../calibration.js'
import { LINE_DETECTORS, type LineDetectorName } from '../lines/line-detectors.js'

/** Settings of training an ensemble. */
export interface EnsembleOptions extends BaselineOptions {
  /** The line detectors that join the window detector; default all. */
  readonly detectors?: readonly LineDetectorName[]
}

/** The window detector and the line detectors, each with what its scores mean: plain data, fit for JSON. */
export interface EnsembleModel {
  readonly format: 'sp-ensemble'
  readonly version: number
  /** Share of normal windows that may alarm. */
  readonly budget: number
  readonly baseline: BaselineModel
  /** Of the baseline's score, over held-out windows. */
  readonly baselineCalibration: Calibration
  readonly detectors: readonly TrainedLineDetector[]
  /** Of the combined score, −log10 of the smallest p-value. */
  readonly calibration: Calibration
}

/** One line detector of an {@link EnsembleModel}. */
export interface TrainedLineDetector {
  readonly name: LineDetectorName
  readonly model: unknown
  /** Of a window's score: the highest of its lines. */
  readonly calibration: Calibration
}

/** Version of the model's data; it changes whenever an older program would misread it. */
export const ENSEMBLE_VERSION = 1

/**
 * Checks a model that was read from a file.
 * @throws {BaselineError} `bad-model` when it is damaged or of another version
 */
export function checkEnsembleModel(model: EnsembleModel): void {
  if (model?.format !== 'sp-ensemble' || model.version !== ENSEMBLE_VERSION) {
    const seen = `${model?.format} version ${model?.version}`
    const expected = `sp-ensemble version ${ENSEMBLE_VERSION}`
    throw new BaselineError('bad-model', `model of ${seen}, expected ${expected}; train again`)
  }
  const known = model.detectors?.every(({ name }) => Object.hasOwn(LINE_DETECTORS, name))
  if (known && Number.isFinite(model.calibration?.threshold)) return
  throw new BaselineError('bad-model', 'model with missing or damaged parts; restore the file or train again')
}
