import type { MultivariateSeries } from '@sp/builders'

// T = points, N = series, F = frames. A frame is the last `frame` points up to one of them: what is judged at once.

/** Which points are judged together. */
export interface FrameOptions {
  /** Points of a frame, 1 or more; default 10. */
  readonly frame?: number
  /** Points from one frame to the next, 1 or more; default 10. */
  readonly step?: number
}

/** What a detector is fitted with. */
export interface FitContext extends Required<FrameOptions> {
  /** Whether values are counts. */
  readonly counts: boolean
  readonly seed: number
  readonly signal?: AbortSignal
  /** Called with a sentence for people, such as `epoch 2 of 6`. */
  readonly onProgress?: (stage: string) => void
}

/** One opinion about frames. Scores of different parts mean nothing to one another until they are calibrated. */
export interface PartScores {
  readonly name: string
  /** `[F]`, 0 or more, higher is stranger; NaN where it says nothing, for want of a past. */
  readonly score: Float64Array
  /** `[F, N]` mean residual of each series in the frame, signed: above what was expected, or below. */
  readonly signed: Float64Array
  /** `[F, N]` how strange each series is, in the unit of the score; absent: by `signed` in standard deviations. */
  readonly rows?: Float64Array
  /** Whether the score is that of the strangest series, in `rows`: then each series is held against its own held-out data. */
  readonly isStrangestRow?: true
  /** Mean of `rows` in the data of the fitting, where it is known: far more in held-out data means that nothing lasts. */
  readonly fittedMean?: number
  /** `[F, S]` the score at each time scale, where there are several. */
  readonly scales?: Float64Array
}

/** A fitted detector, ready to judge. */
export interface FrameJudge {
  /** Points before the end of a frame that its score depends on; with fewer a part says nothing. */
  readonly history: number
  /** What each part says of the frames that end with these points. */
  judge(series: MultivariateSeries, end: Int32Array): Promise<readonly PartScores[]>
  /** Frees what it holds. */
  dispose(): Promise<void>
}

/**
 * A way to find frames in which series left their relation to their own past or to one another. All modes are one of
 * these: what is calibrated, which threshold is used, and how a frame is explained, does not depend on the mode.
 * @typeParam Parameters what fitting leaves: plain data, or a network
 */
export interface MultivariateDetector<Parameters> {
  readonly name: string
  /**
   * Whether it is fitted once more, on all normal data, after each part was held out. One that takes long to fit, or that is
   * adjusted, stays as it was fitted on all but the last part.
   */
  readonly refits: boolean
  /**
   * Points in a row with which a first frame can be judged; default: a frame. A part of normal data that has fewer is not
   * held out.
   */
  readonly needs?: number
  /** Learns from normal series. */
  fit(normal: MultivariateSeries, context: FitContext): Promise<Parameters>
  /** Learns from held-out normal series what fitting cannot know, such as how large residuals are; the default: nothing. */
  adjust?(parameters: Parameters, heldOut: MultivariateSeries, context: FitContext): Promise<Parameters>
  /** Makes parameters ready to judge. */
  open(parameters: Parameters, context: Pick<FitContext, 'frame' | 'step'>): Promise<FrameJudge>
}
