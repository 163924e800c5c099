import { frameEnds, stretchStarts, type MultivariateSeries } from '@sp/builders'
import { BaselineError } from '../errors.js'
import { pValueOf } from '../score-tail.js'
import { combineParts, type CombinedFrames } from './combine-parts.js'
import type { FrameJudge, PartScores } from './multivariate-detector.js'
import type { MultivariateModel } from './multivariate-model.js'

/** A series that takes part in a frame's score. */
export interface SeriesDeviation {
  /** Index into the names of the model. */
  readonly series: number
  /** Standard deviations of held-out normal frames above what was expected; negative: below. */
  readonly deviation: number
  /** −log10 of the frame's p-value, less for a series that is less strange than the strangest. */
  readonly surprise: number
}

/** What a model says of frames of a series. Higher score = more anomalous. */
export interface MultivariateScores {
  /** Number of frames, F. */
  readonly count: number
  /** First and last point of each frame. */
  readonly start: Int32Array
  readonly end: Int32Array
  /** 1 is as high as the highest held-out normal frame. */
  readonly score: Float64Array
  /** Share of normal frames that score at least as high. */
  readonly pValue: Float64Array
  readonly isAnomaly: Uint8Array
  readonly threshold: number
  /** The strangest series of each frame, strangest first, at most {@link NAMED}. */
  readonly causes: readonly (readonly SeriesDeviation[])[]
  /** `[F, N]` how strange each series is; what `causes` is ordered by. */
  readonly ranking: Float64Array
  /** What each part said. */
  readonly parts: readonly PartScores[]
}

/** Series that are named as the cause of a frame. */
const NAMED = 3

/**
 * Scores every frame of a series.
 * @throws {BaselineError} `bad-options` when the series are not those of the model
 */
export async function scoreMultivariate(
  model: MultivariateModel,
  judge: FrameJudge,
  series: MultivariateSeries,
): Promise<MultivariateScores> {
  requireSameSeries(model, series)
  const { frame, step } = model.options
  return scoreFrames(model, judge, { series, end: frameEnds(series, { longest: frame, step }).end })
}

/** Scores the frames that end with these points: one, when a stream has come to its end. */
export async function scoreFrames(
  model: MultivariateModel,
  judge: FrameJudge,
  { series, end }: { readonly series: MultivariateSeries; readonly end: Int32Array },
): Promise<MultivariateScores> {
  const size = series.names.length
  const parts = await judge.judge(series, end)
  const combined = combineParts(parts, model.parts, size)
  const { tail } = model.calibration
  const threshold = model.thresholds[model.options.threshold]
  const pValue = combined.score.map((score) => pValueOf(tail, score))
  const starts = stretchStarts(series)
  return {
    count: end.length,
    start: end.map((last) => Math.max(starts[last], last - model.options.frame + 1)),
    end,
    score: combined.score,
    pValue,
    isAnomaly: Uint8Array.from(combined.score, (score) => Number(score > threshold)),
    threshold,
    causes: Array.from(end, (_, f) => causesOf(combined, { f, size, surprise: -Math.log10(pValue[f]) })),
    ranking: combined.ranking,
    parts,
  }
}

function causesOf(
  { ranking, deviation }: CombinedFrames,
  { f, size, surprise }: { readonly f: number; readonly size: number; readonly surprise: number },
): SeriesDeviation[] {
  const own = ranking.subarray(f * size, (f + 1) * size)
  const order = Array.from(own.keys()).sort((a, b) => own[b] - own[a] || a - b)
  const strangest = own[order[0]]
  return order
    .slice(0, NAMED)
    .filter((i) => own[i] > 0)
    .map((i) => ({ series: i, deviation: deviation[f * size + i], surprise: (surprise * own[i]) / strangest }))
}

function requireSameSeries({ names }: MultivariateModel, series: MultivariateSeries): void {
  if (names.length === series.names.length && names.every((name, i) => name === series.names[i])) return
  const seen = `${series.names.length} series (${series.names.slice(0, 3).join(', ')} …)`
  throw new BaselineError('bad-options', `${seen}, expected the ${names.length} of the model; use its channel mapping`)
}
