import type { MultivariateSeries } from '@sp/builders'
import type { FrameJudge } from './multivariate-detector.js'
import type { MultivariateModel } from './multivariate-model.js'
import { scoreFrames, type MultivariateScores } from './score-multivariate.js'

/** Judges a series point by point; gives what the whole series at once gives. Memory: the points a frame depends on. */
export class MultivariateStream {
  readonly #model: MultivariateModel
  readonly #judge: FrameJudge
  readonly #kept: number
  #recent: number[][] = []
  #points = 0

  /** A stream at its beginning. The judge stays the caller's. */
  constructor(model: MultivariateModel, judge: FrameJudge) {
    this.#model = model
    this.#judge = judge
    this.#kept = Math.max(judge.history, model.options.frame)
  }

  /** What comes next does not follow from what came before. */
  restart(): void {
    this.#recent = []
    this.#points = 0
  }

  /** Takes the next point `[N]` and scores the frame that it completes, if it does: scores of one frame, or `null`. */
  async push(point: ArrayLike<number>): Promise<MultivariateScores | null> {
    const { names, options } = this.#model
    this.#recent.push(Array.from(point))
    if (this.#recent.length > this.#kept) this.#recent.shift()
    this.#points++
    if (this.#points < options.frame || (this.#points - options.frame) % options.step !== 0) return null
    const count = this.#recent.length
    const series: MultivariateSeries = { count, names, values: Float64Array.from(this.#recent.flat()), starts: [0] }
    return scoreFrames(this.#model, this.#judge, { series, end: Int32Array.of(count - 1) })
  }
}
