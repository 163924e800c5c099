/** What the residual of each element `[S, N, N]` of a matrix is like in training; plain arrays. */
export interface ResidualScale {
  readonly mean: Float32Array
  /** Standard deviation, more than 0. */
  readonly spread: Float32Array
}

/**
 * An element is as lively as others of its scale at least: a quarter of them have a smaller spread. One in which nothing ever
 * happened would else be beyond all measure.
 */
const QUIET_SHARE = 0.25
const LEAST = 1e-9

/** Learns the mean and the spread of each element of residuals. */
export class ResidualMoments {
  readonly #scales: number
  readonly #sums: Float64Array
  readonly #squares: Float64Array
  #count = 0

  /** Of residuals of that many elements, at that many scales. */
  constructor(elements: number, scales: number) {
    this.#scales = scales
    this.#sums = new Float64Array(elements)
    this.#squares = new Float64Array(elements)
  }

  /** Counts a residual `[S, N, N]` in. */
  add(residual: Float32Array): void {
    for (let k = 0; k < residual.length; k++) {
      this.#sums[k] += residual[k]
      this.#squares[k] += residual[k] ** 2
    }
    this.#count++
  }

  /** Mean and spread of all residuals so far. */
  scale(): ResidualScale {
    const mean = this.#sums.map((sum) => sum / this.#count)
    const spread = this.#squares.map((square, k) => Math.sqrt(Math.max(0, square / this.#count - mean[k] ** 2)))
    const elements = spread.length / this.#scales
    for (let s = 0; s < this.#scales; s++) raise(spread.subarray(s * elements, (s + 1) * elements))
    return { mean: Float32Array.from(mean), spread: Float32Array.from(spread) }
  }
}

function raise(spread: Float64Array): void {
  const least = Math.max(LEAST, spread.toSorted()[Math.floor(QUIET_SHARE * spread.length)])
  for (let k = 0; k < spread.length; k++) spread[k] = Math.max(spread[k], least)
}

/** Takes from each element its mean in training and divides it by its spread, in place. */
export function standardize(residual: Float32Array, { mean, spread }: ResidualScale): void {
  for (let k = 0; k < residual.length; k++) residual[k] = (residual[k] - mean[k]) / spread[k]
}
