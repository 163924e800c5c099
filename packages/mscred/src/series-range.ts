import type { MultivariateSeries } from '@sp/builders'

/** Smallest and largest value of each series in training; plain data. */
export interface SeriesRange {
  /** Whether values are counts, of which the root is taken first: a burst would press all else together. */
  readonly counts: boolean
  readonly least: readonly number[]
  readonly span: readonly number[]
}

/** Learns the range of each series. */
export function seriesRange({ names, values }: MultivariateSeries, counts: boolean): SeriesRange {
  const size = names.length
  const least = new Array<number>(size).fill(Infinity)
  const most = new Array<number>(size).fill(-Infinity)
  for (let k = 0; k < values.length; k++) {
    const value = counts ? Math.sqrt(values[k]) : values[k]
    least[k % size] = Math.min(least[k % size], value)
    most[k % size] = Math.max(most[k % size], value)
  }
  // A series that never changed keeps its unit.
  return { counts, least, span: most.map((value, i) => (value > least[i] ? value - least[i] : 1)) }
}

/** The series with 0 and 1 where training had its least and its most: min–max scaling, as published. */
export function withinRange(series: MultivariateSeries, { counts, least, span }: SeriesRange): MultivariateSeries {
  const size = series.names.length
  const values = series.values.map(
    (value, k) => ((counts ? Math.sqrt(value) : value) - least[k % size]) / span[k % size],
  )
  return { ...series, values }
}
