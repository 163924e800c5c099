import { solveSymmetric } from './solve-symmetric.js'

/** Each series from its own past: `x[t] = Σ weights[k] · x[t − 1 − k]`, fitted one by one. Plain data. */
export interface Autoregression {
  readonly order: number
  /** `[N, order]` */
  readonly weights: readonly (readonly number[])[]
}

/** What the functions of this file read: standardised values `[T, N]` and the stretches they are in. */
export interface PlainSeries {
  readonly count: number
  /** N */
  readonly size: number
  readonly values: Float64Array
  readonly starts: readonly number[]
}

/** Fits by least squares with a ridge of a thousandth of the variance: enough for a series that is constant. */
const RIDGE = 1e-3

/** Learns the weights. Cost O(T · order + order³) for each series: the products of lags are shifted sums of one another. */
export function fitAutoregression(series: PlainSeries, order: number): Autoregression {
  return { order, weights: Array.from({ length: series.size }, (_, i) => fitOne(series, i, order)) }
}

/**
 * What each point has that its past does not explain, `[T, N]`; before the order is full, the past counts as average.
 * @param first point from which on it is asked for; before, the values stand
 */
export function autoregressionResidual(
  series: PlainSeries,
  { order, weights }: Autoregression,
  first = 0,
): Float64Array {
  const { size, values } = series
  const residual = values.slice()
  forEachStretch(series, (from, to) => {
    for (let t = Math.max(from, first); t < to; t++) {
      const lags = Math.min(order, t - from)
      for (let i = 0; i < size; i++) {
        const own = weights[i]
        let expected = 0
        for (let k = 0; k < lags; k++) expected += own[k] * values[(t - 1 - k) * size + i]
        residual[t * size + i] -= expected
      }
    }
  })
  return residual
}

function fitOne(series: PlainSeries, i: number, order: number): number[] {
  const side = order + 1
  const products = new Float64Array(side * side) // of x[t − j] and x[t − k], j and k from 0
  let rows = 0
  forEachStretch(series, (from, to) => {
    if (to - from <= order) return
    rows += to - from - order
    addLagProducts(seriesColumn(series, i, { from, to }), order, products)
  })
  if (rows === 0) return new Array<number>(order).fill(0)
  const matrix = new Float64Array(order * order)
  const target = new Float64Array(order)
  for (let j = 0; j < order; j++) {
    target[j] = products[j + 1]
    for (let k = 0; k < order; k++) matrix[j * order + k] = products[(j + 1) * side + k + 1]
    matrix[j * order + j] += RIDGE * rows
  }
  return Array.from(solveSymmetric(matrix, target))
}

/** Adds Σ x[t − j] · x[t − k] over t = order … n − 1; each diagonal is its first element shifted along. */
function addLagProducts(x: Float64Array, order: number, products: Float64Array): void {
  const side = order + 1
  const last = x.length - 1
  for (let lag = 0; lag <= order; lag++) {
    let sum = 0
    for (let t = order; t <= last; t++) sum += x[t] * x[t - lag]
    for (let j = 0; j + lag <= order; j++) {
      const k = j + lag
      products[j * side + k] += sum
      if (lag > 0) products[k * side + j] += sum
      // Σ over t of x[t − j − 1] · x[t − k − 1]: one product comes in at the beginning, one goes at the end.
      if (k < order) sum += x[order - j - 1] * x[order - k - 1] - x[last - j] * x[last - k]
    }
  }
}

function seriesColumn(
  { size, values }: PlainSeries,
  i: number,
  { from, to }: { from: number; to: number },
): Float64Array {
  return Float64Array.from({ length: to - from }, (_, t) => values[(from + t) * size + i])
}

/** Calls with the first point of each stretch and the point after its last. */
export function forEachStretch(
  { count, starts }: Pick<PlainSeries, 'count' | 'starts'>,
  visit: (from: number, to: number) => void,
): void {
  starts.forEach((from, s) => visit(from, starts[s + 1] ?? count))
}
