/** Several series observed at the same points: counts of templates by window, or anything else measured together. */
export interface MultivariateSeries {
  /** Number of points, T. */
  readonly count: number
  /** One name a series, N of them. */
  readonly names: readonly string[]
  /** `[T, N]`, point by point. */
  readonly values: Float64Array
  /** First points of the stretches without a gap, ascending from 0: across such a start nothing may be compared. */
  readonly starts: readonly number[]
}

/** Points `from <= t < to` as a series of its own; names are shared, values are a view. */
export function sliceSeries(
  { names, values, starts }: MultivariateSeries,
  from: number,
  to: number,
): MultivariateSeries {
  const inside = starts.filter((start) => start > from && start < to).map((start) => start - from)
  return {
    count: to - from,
    names,
    values: values.subarray(from * names.length, to * names.length),
    starts: to > from ? [0, ...inside] : [],
  }
}

/** The first point of the stretch that each point belongs to, `[T]`. */
export function stretchStarts({ count, starts }: MultivariateSeries): Int32Array {
  const first = new Int32Array(count)
  starts.forEach((start, s) => first.fill(start, start, starts[s + 1] ?? count))
  return first
}
