import {
  MultivariateStream,
  type MultivariateStreamSnapshot,
  type SeriesDeviation,
  type WindowPlace,
} from '@sp/baseline'
import { type CountedPoints, type CountedRows, SeriesCounter, type SeriesCounterSnapshot } from '@sp/builders'
import type { LoadedSeries } from './loaded-series.js'
import type { SeriesDetectorName } from './series-detectors.js'

/** Windows of time that were judged together: from the first row of the first to the row after the last one. */
export interface JudgedFrame extends WindowPlace {
  readonly detector: SeriesDetectorName
  /** Number of its last window within the source. */
  readonly window: number
  readonly score: number
  /** The strangest series, strangest first. */
  readonly causes: readonly SeriesDeviation[]
}

/** State of a {@link SeriesStream}: plain data, fit for JSON. */
export interface SeriesStreamSnapshot {
  readonly counter: SeriesCounterSnapshot
  readonly stream: MultivariateStreamSnapshot
  readonly windows: number
  readonly places: readonly WindowPlace[]
}

/**
 * One multivariate detector over the rows of one source as they come. What it says does not depend on how rows are cut
 * into batches. Memory: the points that a frame depends on.
 */
export class SeriesStream {
  readonly #loaded: LoadedSeries
  readonly #counter: SeriesCounter
  readonly #stream: MultivariateStream
  #windows: number
  /** Of the latest windows, as many as a frame has. */
  #places: WindowPlace[]

  constructor(loaded: LoadedSeries, snapshot?: SeriesStreamSnapshot) {
    const { detector, codes, windowMs, judge } = loaded
    this.#loaded = loaded
    this.#counter = new SeriesCounter(codes, windowMs, snapshot?.counter)
    this.#stream = new MultivariateStream(detector.model, judge, snapshot?.stream)
    this.#windows = snapshot?.windows ?? 0
    this.#places = [...(snapshot?.places ?? [])]
  }

  /** Takes the next rows and judges the frames that they end. */
  async push(rows: CountedRows): Promise<JudgedFrame[]> {
    const points = this.#counter.push(rows)
    const { count, starts } = points.series
    const bounds = [...(starts[0] === 0 ? [] : [0]), ...starts, count]
    const frames: JudgedFrame[] = []
    for (let s = 0; s + 1 < bounds.length; s++) {
      if (starts.includes(bounds[s])) this.#restart()
      frames.push(...(await this.#judge(points, bounds[s], bounds[s + 1])))
    }
    return frames
  }

  /** What is known, for another one to go on from. */
  snapshot(): SeriesStreamSnapshot {
    return {
      counter: this.#counter.snapshot(),
      stream: this.#stream.snapshot(),
      windows: this.#windows,
      places: this.#places,
    }
  }

  #restart(): void {
    this.#stream.restart()
    this.#places = []
  }

  /** Judges the frames that end with the points `from <= point < to`, which follow one another. */
  async #judge({ windows, series }: CountedPoints, from: number, to: number): Promise<JudgedFrame[]> {
    if (from === to) return []
    const { detector } = this.#loaded
    const size = series.names.length
    const before = this.#places.length
    for (const w of series.window.subarray(from, to)) {
      this.#places.push({
        startRow: windows.startRow[w],
        endRow: windows.endRow[w],
        startLine: windows.startLine[w],
        endLine: windows.endLine[w],
        startTime: windows.startTime[w],
        endTime: windows.endTime[w],
      })
    }
    const scores = await this.#stream.push(series.values.slice(from * size, to * size))
    const frames = Array.from({ length: scores?.count ?? 0 }, (_, f): JudgedFrame => {
      const { start, end, score, causes } = scores!
      const [first, last] = [this.#places[before + start[f]], this.#places[before + end[f]]]
      const { endRow, endLine, endTime } = last
      const { startRow, startLine, startTime } = first
      const place = { startRow, endRow, startLine, endLine, startTime, endTime }
      return { ...place, detector: detector.name, window: this.#windows + end[f], score: score[f], causes: causes[f] }
    })
    this.#windows += to - from
    this.#places = this.#places.slice(-detector.model.options.frame)
    return frames
  }
}
