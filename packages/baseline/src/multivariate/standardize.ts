import type { MultivariateSeries } from '@sp/builders'

/** Mean and spread of each series in normal data; plain data. */
export interface SeriesScale {
  /** Whether values are counts, whose spread grows with their level: then twice the root is taken first. */
  readonly counts: boolean
  /** One a series, N. */
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/**
 * Smallest spread of a series of counts, in the unit of {@link stabilized}, in which independent lines have 1: a template
 * that never came is a surprise of two spreads when it comes.
 */
const SMALLEST_OF_COUNTS = 0.5
/** Smallest spread of another series, as a share of the median spread: a constant one must not divide by 0. */
const SMALLEST_SHARE = 1e-3

/** Learns the scale of each series. */
export function seriesScale(series: MultivariateSeries, counts: boolean): SeriesScale {
  const size = series.names.length
  const sums = new Float64Array(size)
  const squares = new Float64Array(size)
  const values = counts ? series.values.map(stabilized) : series.values
  for (let i = 0; i < values.length; i++) sums[i % size] += values[i]
  const mean = sums.map((sum) => sum / series.count)
  for (let i = 0; i < values.length; i++) squares[i % size] += (values[i] - mean[i % size]) ** 2
  const deviation = Array.from(squares, (sum) => Math.sqrt(sum / series.count))
  const median = [...deviation].sort((a, b) => a - b)[size >> 1]
  const least = counts ? SMALLEST_OF_COUNTS : median > 0 ? SMALLEST_SHARE * median : 1
  return { counts, mean: [...mean], deviation: deviation.map((value) => Math.max(value, least)) }
}

/** Values `[T, N]` in standard deviations from the mean of normal data. */
export function standardized(
  { values, names }: MultivariateSeries,
  { counts, mean, deviation }: SeriesScale,
): Float64Array {
  const size = names.length
  const result = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = counts ? stabilized(values[i]) : values[i]
    result[i] = (value - mean[i % size]) / deviation[i % size]
  }
  return result
}

/** Anscombe 1948: a Poisson count gets a variance of about 1, whatever its mean. */
function stabilized(count: number): number {
  return 2 * Math.sqrt(count + 3 / 8)
}
