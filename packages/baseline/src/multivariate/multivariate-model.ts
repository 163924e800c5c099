import type { Calibration } from '../calibration.js'
import { BaselineError } from '../errors.js'
import { quantile } from '../quantile.js'
import type { FrameOptions } from './multivariate-detector.js'
import type { SelfTest } from './self-test.js'
import { tailThreshold } from './tail-threshold.js'

/**
 * How a threshold follows from the scores of held-out normal frames.
 * - `budget`: the share asked for exceeds it, by the fitted tail where too few frames are there to count
 * - `highest`: one and a half times the highest
 * - `p95`, `p99`, `p99.9`, `3sigma`, `mad`: quantiles; mean and three standard deviations; median and three times 1.4826
 *   median absolute deviations
 */
export type ThresholdRule = 'budget' | 'highest' | 'p95' | 'p99' | 'p99.9' | '3sigma' | 'mad'

/** How a multivariate detector is trained. */
export interface MultivariateOptions extends FrameOptions {
  /** Whether values are counts; default false. */
  readonly counts?: boolean
  /** Share of normal frames that may alarm, above 0 and at most 0.1; default 0.005. */
  readonly budget?: number
  /** Default `budget`. */
  readonly threshold?: ThresholdRule
  /** Whole number that all chance follows from; default 0. */
  readonly seed?: number
}

/** Mean and standard deviation over held-out frames, one a series. */
export interface SeriesMoments {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** What is common to all parts of a model: plain data, fit for JSON. */
export interface PartCalibration {
  readonly name: string
  /**
   * Whether what was learned holds in data that came later. Components of series that swing at nearly the same pace do not: they
   * fit their phases of the time of training, and drift away from them. Such a part says nothing.
   */
  readonly lasts: boolean
  /**
   * Score that the highest of the held-out frames reaches: what makes parts comparable. One a series where the score is that
   * of the strangest series, else one.
   */
  readonly levels: readonly number[]
  /** Of how strange each series is. */
  readonly rows: SeriesMoments
  /** Of the signed residual of each series. */
  readonly signed: SeriesMoments
}

/** A trained detector of any mode. */
export interface MultivariateModel<Parameters = unknown> {
  readonly format: 'sp-multivariate'
  readonly version: number
  readonly mode: string
  /** Names of the series. */
  readonly names: readonly string[]
  readonly options: Required<MultivariateOptions>
  readonly parameters: Parameters
  readonly parts: readonly PartCalibration[]
  /** Held-out normal frames that the thresholds come from. */
  readonly heldOut: number
  /** Of the combined score, which is 1 where a part is as high as the highest held-out frame. */
  readonly calibration: Calibration
  readonly thresholds: Readonly<Record<ThresholdRule, number>>
  /** Recall on shocks planted into held-out normal data of this very training; `null` where there was too little of it. */
  readonly selfTest: SelfTest | null
  /** What a point is, in words, where whoever trained has said so: series of other points mean something else. */
  readonly points?: string
}

/** Version of the model's data; it changes whenever an older program would misread it. */
export const MULTIVARIATE_VERSION = 3

/** One and a half: between 1.25 and 1.5 every detector that was measured was at its best. */
const ABOVE_HIGHEST = 1.5

/**
 * The settings with their defaults.
 * @throws {BaselineError} `bad-options`
 */
export function multivariateOptions(options: MultivariateOptions): Required<MultivariateOptions> {
  const { frame = 10, step = 10, counts = false, budget = 0.005, threshold = 'budget', seed = 0 } = options
  for (const [name, value] of Object.entries({ frame, step })) {
    requireOption(name, value, {
      valid: Number.isInteger(value) && value >= 1,
      expected: 'a whole number of 1 or more',
    })
  }
  requireOption('budget', budget, { valid: budget > 0 && budget <= 0.1, expected: 'above 0 and at most 0.1' })
  const rules = Object.keys(RULES)
  requireOption('threshold', threshold, { valid: rules.includes(threshold), expected: `one of ${rules.join(', ')}` })
  requireOption('seed', seed, { valid: Number.isInteger(seed), expected: 'a whole number' })
  return { frame, step, counts, budget, threshold, seed }
}

function requireOption(
  name: string,
  value: number | string,
  { valid, expected }: { readonly valid: boolean; readonly expected: string },
): void {
  if (!valid) throw new BaselineError('bad-options', `${name} ${value}, expected ${expected}`)
}

/** The threshold of every rule from the scores of held-out frames. */
export function thresholdsOf(heldOut: Float64Array, source: ThresholdSource): Readonly<Record<ThresholdRule, number>> {
  const thresholds = Object.entries(RULES).map(([rule, of]) => [rule, of(heldOut, source)])
  return Object.fromEntries(thresholds) as Record<ThresholdRule, number>
}

/** What the rule `budget` follows from. */
export interface ThresholdSource {
  readonly calibration: Calibration
  readonly budget: number
}

const RULES: Readonly<Record<ThresholdRule, (scores: Float64Array, from: ThresholdSource) => number>> = {
  budget: (scores, { calibration, budget }) => tailThreshold(scores, budget) ?? calibration.threshold,
  highest: (scores) => ABOVE_HIGHEST * scores.reduce((highest, score) => Math.max(highest, score), 0),
  p95: (scores) => quantile(scores, 0.95),
  p99: (scores) => quantile(scores, 0.99),
  'p99.9': (scores) => quantile(scores, 0.999),
  '3sigma': (scores) => {
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length
    return mean + 3 * Math.sqrt(variance)
  },
  mad: (scores) => {
    const median = quantile(scores, 0.5)
    const spread = quantile(
      scores.map((score) => Math.abs(score - median)),
      0.5,
    )
    return median + 3 * 1.4826 * spread
  },
}

/**
 * Checks a model that was read from a file.
 * @throws {BaselineError} `bad-model` when it is damaged or of another version
 */
export function checkMultivariate<Parameters>(model: MultivariateModel<Parameters>): MultivariateModel<Parameters> {
  if (model?.format !== 'sp-multivariate' || model.version !== MULTIVARIATE_VERSION) {
    const seen = `${model?.format} version ${model?.version}`
    const expected = `sp-multivariate version ${MULTIVARIATE_VERSION}`
    throw new BaselineError('bad-model', `model of ${seen}, expected ${expected}; train again`)
  }
  const numbers = [...Object.values(model.thresholds ?? {}), ...(model.parts ?? []).flatMap(({ levels }) => levels)]
  const whole = numbers.length > 1 && numbers.every(Number.isFinite) && Array.isArray(model.names)
  if (whole && model.options !== undefined && model.calibration?.tail !== undefined) return model
  throw new BaselineError('bad-model', 'model with missing or damaged numbers; restore the file or train again')
}
