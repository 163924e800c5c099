/** First and last time of a source, in milliseconds since 1970; `null` where it has none. */
export interface TimeRange {
  readonly firstTime: number | null
  readonly lastTime: number | null
}

/** Keeps between which times each source was written. */
export class SourceTimes {
  readonly #spans = new Map<string, { first: number; last: number }>()

  /** Takes times of rows of a source, NaN for none. */
  add(source: string, times: Float64Array): void {
    const span = this.#spans.get(source) ?? { first: Infinity, last: -Infinity }
    for (let row = 0; row < times.length; row++) {
      span.first = times[row] < span.first ? times[row] : span.first
      span.last = times[row] > span.last ? times[row] : span.last
    }
    this.#spans.set(source, span)
  }

  /** The times of a source. */
  of(source: string): TimeRange {
    const { first, last } = this.#spans.get(source) ?? { first: Infinity, last: -Infinity }
    return first <= last ? { firstTime: first, lastTime: last } : { firstTime: null, lastTime: null }
  }
}
