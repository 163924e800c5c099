import { BaselineError } from './errors.js'
import type { SeasonalRates } from './seasonal-rates.js'
import type { ScoreTail } from './score-tail.js'

/** Settings of training and scoring. */
export interface BaselineOptions {
  /** Share of normal windows that may alarm, above 0 and at most 0.1; default 0.005, one window in 200. */
  readonly budget?: number
  /** Past windows that the recent rates remember (1 / (1 − forgetting factor)), 2 or more; default 50. */
  readonly memory?: number
  /** Windows for which a template unknown to training counts as new, then it is one like any other; default 20. */
  readonly noveltyWindows?: number
}

/** What the detector learned of normal windows: plain data, fit for JSON. */
export interface BaselineModel {
  readonly format: 'sp-baseline'
  readonly version: number
  readonly windowSize: number
  readonly stride: number
  readonly options: Required<BaselineOptions>
  /** Normal windows it was trained on. */
  readonly windows: number
  readonly statistics: NormalStatistics
  /** Surprise of one line of a template that is not known, in the unit of the score. */
  readonly novelty: number
  /** Tail of the scores of held-out normal windows. */
  readonly tail: ScoreTail
  /** Score at which the p-value is the budget, at least 1; windows above it are anomalies. */
  readonly threshold: number
  /** 95 % quantile, over the held-out windows, of the strongest frequency surprise. */
  readonly frequencyQuantile95: number
}

/** Counts of normal windows, by template code. */
export interface NormalStatistics {
  /** Occurrences, in which a line that lies in two windows counts once; 0 where a template is not known. */
  readonly totals: readonly number[]
  /** Variance of the count divided by its mean: 1 for independent lines, more for bursts, less for a heartbeat. */
  readonly dispersions: readonly number[]
  /** Dispersion of a template of which nothing is known: the mean over all templates. */
  readonly typicalDispersion: number
  /** Number of full windows that the totals were counted in. */
  readonly exposure: number
  /** The same by hour, `null` where too few days were seen. */
  readonly seasons: SeasonalRates | null
}

/** Version of the model's data; it changes whenever an older program would misread it. */
export const MODEL_VERSION = 2

/**
 * The settings with their defaults.
 * @throws {BaselineError} `bad-options`
 */
export function baselineOptions(options: BaselineOptions): Required<BaselineOptions> {
  const { budget = 0.005, memory = 50, noveltyWindows = 20 } = options
  requireOption('budget', budget, { valid: budget > 0 && budget <= 0.1, expected: 'above 0 and at most 0.1' })
  requireOption('memory', memory, { valid: memory >= 2, expected: '2 windows or more' })
  requireOption('noveltyWindows', noveltyWindows, { valid: noveltyWindows >= 1, expected: '1 window or more' })
  return { budget, memory, noveltyWindows }
}

function requireOption(name: string, value: number, { valid, expected }: { valid: boolean; expected: string }): void {
  if (!valid) throw new BaselineError('bad-options', `${name} ${value}, expected ${expected}`)
}

/**
 * Checks a model that was read from a file.
 * @throws {BaselineError} `bad-model` when it is damaged or of another version
 */
export function checkModel(model: BaselineModel): void {
  if (model?.format !== 'sp-baseline' || model.version !== MODEL_VERSION) {
    const seen = `${model?.format} version ${model?.version}`
    throw new BaselineError('bad-model', `model of ${seen}, expected sp-baseline version ${MODEL_VERSION}; train again`)
  }
  const { statistics, tail, threshold, novelty } = model
  const numbers = [threshold, novelty, statistics?.exposure, tail?.start, tail?.share, tail?.scale, tail?.shape]
  if (numbers.every(Number.isFinite) && statistics.totals?.length === statistics.dispersions?.length) return
  throw new BaselineError('bad-model', 'model with missing or damaged numbers; restore the file or train again')
}
