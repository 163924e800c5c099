import { TimeWindowCounter, type TimeWindowCounterSnapshot } from './time-window-counter.js'
import type { CountedRows } from './window-counter.js'
import type { WindowCounts } from './window-counts.js'
import { type ChannelCodes, seriesByCode, type WindowSeries } from './window-series.js'

/** State of a {@link SeriesCounter}: plain data, fit for JSON. */
export interface SeriesCounterSnapshot {
  readonly windows: TimeWindowCounterSnapshot
  /** End of the latest point, in milliseconds since 1970; `null` before the first. */
  readonly lastEnd: number | null
}

/** Points of series, and the windows that they are. */
export interface CountedPoints {
  readonly windows: WindowCounts
  /** Its `starts` name the first point only where it does not follow the latest one before. */
  readonly series: WindowSeries
}

/**
 * Counts the series of one source by windows of time as its rows come: the points that `seriesFromWindows` makes of all
 * its windows at once. Memory: the distinct templates of one window.
 */
export class SeriesCounter {
  readonly #codes: ChannelCodes
  readonly #windows: TimeWindowCounter
  #lastEnd: number

  /** A counter at the beginning of a source; with a snapshot it goes on where another one of the same options was. */
  constructor(codes: ChannelCodes, windowMs: number, snapshot?: SeriesCounterSnapshot) {
    this.#codes = codes
    this.#windows = new TimeWindowCounter({ windowMs }, snapshot?.windows)
    this.#lastEnd = snapshot?.lastEnd ?? NaN
  }

  /** Takes the next rows and gives out the points that they end. */
  push(rows: CountedRows): CountedPoints {
    const windows = this.#windows.push(rows)
    const series = seriesByCode(windows, this.#codes)
    if (series.count === 0) return { windows, series }
    const follows = windows.startTime[series.window[0]] === this.#lastEnd
    this.#lastEnd = windows.endTime[series.window[series.count - 1]]
    return { windows, series: follows ? { ...series, starts: series.starts.slice(1) } : series }
  }

  /** What the counter knows, for another one to go on from. */
  snapshot(): SeriesCounterSnapshot {
    return { windows: this.#windows.snapshot(), lastEnd: Number.isNaN(this.#lastEnd) ? null : this.#lastEnd }
  }
}
