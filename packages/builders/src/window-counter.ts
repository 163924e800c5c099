import type { ParsedLog } from '@sp/log-table'
import { BuildersError } from './errors.js'
import type { WindowCounts } from './window-counts.js'
import { WindowList } from './window-list.js'

/** What of the rows of one source the windows need; a batch of a `ParsedLog` fits. */
export type CountedRows = Pick<ParsedLog, 'rowCount' | 'lineNo' | 'timestamp' | 'template'>

/** Rows `from <= row < to` of a batch. */
export interface BatchRange {
  readonly from: number
  readonly to: number
}

/** Shape of the windows. */
export interface WindowOptions {
  /** Rows of a window; 50 as in the reference system. */
  readonly windowSize?: number
  /** Rows from one window's start to the next; 25, so that a burst on a border is whole in one of two windows. */
  readonly stride?: number
  /** Number of the first row, where the batches are a later part of a stream; default 0. */
  readonly firstRow?: number
}

/** State of a {@link WindowCounter}: plain data, fit for JSON. */
export interface WindowCounterSnapshot {
  /** Number of the first row since the last flush. */
  readonly segmentStart: number
  /** Rows since then. */
  readonly rows: number
  /** Windows given out since then. */
  readonly windows: number
  /** The latest rows, at most a window: template codes, line numbers, times (`null` where unknown). */
  readonly templates: readonly number[]
  readonly lines: readonly number[]
  readonly times: readonly (number | null)[]
}

/**
 * Counts the templates of windows of rows, one batch of rows of one source after the other. Windows start at rows 0,
 * stride, 2·stride, …; each is given out with the row that completes it. Memory: the rows of one window.
 */
export class WindowCounter {
  readonly #windowSize: number
  readonly #stride: number
  readonly #source: string
  /** Rows of the latest window, each at its number within the segment modulo the window size. */
  readonly #templates: Int32Array
  readonly #lines: Int32Array
  readonly #times: Float64Array
  #segmentStart: number
  #rows = 0
  #windows = 0

  /**
   * A counter for the rows of `source`; with a snapshot it goes on where another one of the same options was.
   * @throws {BuildersError} `bad-window` when size or stride is not a positive integer
   */
  constructor(
    { windowSize = 50, stride = 25, firstRow = 0, source = '' }: WindowOptions & { readonly source?: string } = {},
    snapshot?: WindowCounterSnapshot,
  ) {
    requirePositive('window size', windowSize)
    requirePositive('stride', stride)
    this.#windowSize = windowSize
    this.#stride = stride
    this.#source = source
    this.#segmentStart = firstRow
    this.#templates = new Int32Array(windowSize)
    this.#lines = new Int32Array(windowSize)
    this.#times = new Float64Array(windowSize)
    if (snapshot !== undefined) this.#restore(snapshot)
  }

  /** Number of the next row. */
  get nextRow(): number {
    return this.#segmentStart + this.#rows
  }

  /** Takes the next rows and gives out the windows that they complete. */
  push(rows: CountedRows, { from, to }: BatchRange = { from: 0, to: rows.rowCount }): WindowCounts {
    const found = new WindowList()
    let place = this.#rows % this.#windowSize
    for (let i = from; i < to; i++) {
      this.#templates[place] = rows.template[i]
      this.#lines[place] = rows.lineNo[i]
      this.#times[place] = rows.timestamp[i]
      if (++place === this.#windowSize) place = 0
      if (++this.#rows === this.#windows * this.#stride + this.#windowSize) this.#give(found)
    }
    return found.toWindows(this.#windowSize, this.#stride, this.#source)
  }

  /**
   * The windows that have begun and will not be completed, each as short as it is. What is pushed afterwards begins
   * anew, with row numbers that go on.
   */
  flush(): WindowCounts {
    const found = new WindowList()
    while (this.#windows * this.#stride < this.#rows) this.#give(found)
    this.#segmentStart += this.#rows
    this.#rows = 0
    this.#windows = 0
    return found.toWindows(this.#windowSize, this.#stride, this.#source)
  }

  /** What the counter knows, for another one to go on from. */
  snapshot(): WindowCounterSnapshot {
    const kept = Math.min(this.#rows, this.#windowSize)
    const places = Array.from({ length: kept }, (_, i) => (this.#rows - kept + i) % this.#windowSize)
    return {
      segmentStart: this.#segmentStart,
      rows: this.#rows,
      windows: this.#windows,
      templates: places.map((place) => this.#templates[place]),
      lines: places.map((place) => this.#lines[place]),
      times: places.map((place) => (Number.isNaN(this.#times[place]) ? null : this.#times[place])),
    }
  }

  #restore({ segmentStart, rows, windows, templates, lines, times }: WindowCounterSnapshot): void {
    this.#segmentStart = segmentStart
    this.#rows = rows
    this.#windows = windows
    for (let i = 0; i < templates.length; i++) {
      const place = (rows - templates.length + i) % this.#windowSize
      this.#templates[place] = templates[i]
      this.#lines[place] = lines[i]
      this.#times[place] = times[i] ?? NaN
    }
  }

  /** The oldest window that has not been given out, up to the latest row. */
  #give(found: WindowList): void {
    const start = this.#windows++ * this.#stride
    const length = Math.min(this.#windowSize, this.#rows - start)
    const templates = new Int32Array(length)
    let [startTime, endTime] = [NaN, NaN]
    for (let i = 0; i < length; i++) {
      const place = (start + i) % this.#windowSize
      const time = this.#times[place]
      templates[i] = this.#templates[place]
      // Negated, so that NaN (no time known yet) gives way.
      if (!Number.isNaN(time) && !(startTime <= time)) startTime = time
      if (!Number.isNaN(time) && !(endTime >= time)) endTime = time
    }
    found.add(templates.sort(), {
      startRow: this.#segmentStart + start,
      startLine: this.#lines[start % this.#windowSize],
      endLine: this.#lines[(start + length - 1) % this.#windowSize],
      startTime,
      endTime,
    })
  }
}

function requirePositive(what: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return
  throw new BuildersError('bad-window', `${what} ${value}, expected an integer of 1 or more`)
}
