import { BaselineError } from '../errors.js'
import { checkModel, type BaselineModel, type BaselineOptions } from '../baseline-model.js'
import type { Calibration } from '../calibration.js'
import { LINE_DETECTORS, type LineDetectorName } from '../lines/line-detectors.js'

/** Settings of training an ensemble. */
export interface EnsembleOptions extends BaselineOptions {
  /** The line detectors that join the window detector; default all. */
  readonly detectors?: readonly LineDetectorName[]
  /** Detectors from elsewhere that share the budget; default none. */
  readonly others?: readonly HeldOutScores[]
}

/** What a detector from elsewhere says of the windows that the ensemble is trained on. */
export interface HeldOutScores {
  /** Not the name of a detector of the ensemble. */
  readonly name: string
  /** Of each window by a model that had not seen it, 0 or more; NaN where it says nothing. */
  readonly heldOut: Float64Array
  /** The smallest difference of scores that means something. */
  readonly resolution: number
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
  /** Detectors from elsewhere, in the order in which their scores are to be given. */
  readonly others: readonly { readonly name: string; readonly calibration: Calibration }[]
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
export const ENSEMBLE_VERSION = 3

/** Names of all detectors of a model, in the order of p-values: the window detector, line detectors, others. */
export function ensembleDetectors({ detectors, others }: EnsembleModel): string[] {
  return ['baseline', ...detectors.map(({ name }) => name), ...others.map(({ name }) => name)]
}

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
  checkModel(model.baseline)
  const known = model.detectors?.every(({ name }) => Object.hasOwn(LINE_DETECTORS, name))
  if (known && Array.isArray(model.others) && Number.isFinite(model.calibration?.threshold)) return
  throw new BaselineError('bad-model', 'model with missing or damaged parts; restore the file or train again')
}
