import type { MultivariateSeries } from '@sp/builders'
import type { FrameJudge } from './multivariate-detector.js'
import type { MultivariateModel } from './multivariate-model.js'
import { scoreFrames, type MultivariateScores } from './score-multivariate.js'

/** State of a {@link MultivariateStream}: plain data, fit for JSON. */
export interface MultivariateStreamSnapshot {
  /** Points since the beginning of the stretch. */
  readonly points: number
  /** The latest of them, `[points, N]`. */
  readonly recent: readonly number[]
}

/**
 * Judges a series as its points come; gives what the whole series at once gives, however they are cut. Memory: the points
 * that a frame depends on.
 */
export class MultivariateStream {
  readonly #model: MultivariateModel
  readonly #judge: FrameJudge
  readonly #kept: number
  #recent: Float64Array
  #points: number

  /** A stream at its beginning, or where another one of the same model was. The judge stays the caller's. */
  constructor(model: MultivariateModel, judge: FrameJudge, snapshot?: MultivariateStreamSnapshot) {
    this.#model = model
    this.#judge = judge
    this.#kept = Math.max(judge.history, model.options.frame)
    this.#recent = Float64Array.from(snapshot?.recent ?? [])
    this.#points = snapshot?.points ?? 0
  }

  /** What comes next does not follow from what came before. */
  restart(): void {
    this.#recent = new Float64Array(0)
    this.#points = 0
  }

  /**
   * Takes the next points.
   * @param values `[n, N]`
   * @returns scores of the frames that they complete, or `null` where they complete none; `start` and `end` are counted
   * from the first of the points given, so that `start` may be below 0
   */
  async push(values: Float64Array): Promise<MultivariateScores | null> {
    const { names, options } = this.#model
    const size = names.length
    const before = this.#recent.length / size
    const all = new Float64Array(this.#recent.length + values.length)
    all.set(this.#recent)
    all.set(values, this.#recent.length)
    const count = all.length / size
    const end = completedEnds(this.#points, this.#points + count - before, options)
    const offset = before - this.#points
    this.#points += count - before
    this.#recent = all.slice(Math.max(0, all.length - this.#kept * size))
    if (end.length === 0) return null
    const series: MultivariateSeries = { count, names, values: all, starts: [0] }
    const scores = await scoreFrames(this.#model, this.#judge, { series, end: end.map((last) => last + offset) })
    return { ...scores, start: scores.start.map((at) => at - before), end: scores.end.map((at) => at - before) }
  }

  /** What is known, for another one to go on from. */
  snapshot(): MultivariateStreamSnapshot {
    return { points: this.#points, recent: [...this.#recent] }
  }
}

/** The points `from <= point < to` of a stretch that complete a frame. */
function completedEnds(
  from: number,
  to: number,
  { frame, step }: { readonly frame: number; readonly step: number },
): Int32Array {
  const first = frame - 1 + Math.max(0, Math.ceil((from - frame + 1) / step)) * step
  return Int32Array.from({ length: Math.max(0, Math.ceil((to - first) / step)) }, (_, f) => first + f * step)
}
