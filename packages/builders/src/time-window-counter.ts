import { BuildersError } from './errors.js'
import type { BatchRange, CountedRows } from './window-counter.js'
import type { WindowCounts } from './window-counts.js'
import { WindowList } from './window-list.js'

/** Shape of windows by time. */
export interface TimeWindowOptions {
  /** Length of a window in milliseconds, and from one window's start to the next; default 60,000. */
  readonly windowMs?: number
  /** Number of the first row, where the rows are a later part of a stream; default 0. */
  readonly firstRow?: number
  readonly source?: string
}

/** State of a {@link TimeWindowCounter}: plain data, fit for JSON. Times are `null` before the first known one. */
export interface TimeWindowCounterSnapshot {
  /** Of the window that is open: template codes, and how often each occurs. */
  readonly counts: readonly (readonly [template: number, count: number])[]
  readonly startLine: number
  readonly endLine: number
  readonly startTime: number | null
  readonly latest: number | null
  readonly startRow: number
  readonly rows: number
}

/** Empty windows in a row that are still given out; after a longer silence a log starts anew. */
const LONGEST_SILENCE = 60
/** Lines are out of order by seconds; what lies further back is another clock. */
const SET_BACK_MS = 60_000

/**
 * Counts the templates of windows by time, one after the other from the first known time on; a minute without a line is a
 * window too. A row without a time, or late by less than a minute, belongs to the window that is open. A clock that is
 * set back, or a silence of more than 60 windows, starts anew. `startTime` and `endTime` of these windows are their
 * borders, but for one that was cut short: it ends with its latest line. The row that ends a window is its `endRow`.
 * Memory: the distinct templates of one window.
 */
export class TimeWindowCounter {
  readonly #windowMs: number
  readonly #source: string
  readonly #counts = new Map<number, number>()
  #startLine = 0
  #endLine = 0
  #startTime = NaN
  #latest = NaN
  #startRow: number
  #rows: number

  /**
   * A counter for the rows of one source; with a snapshot it goes on where another one of the same options was.
   * @throws {BuildersError} `bad-window` when the window is not longer than 0
   */
  constructor(
    { windowMs = 60_000, firstRow = 0, source = '' }: TimeWindowOptions = {},
    snapshot?: TimeWindowCounterSnapshot,
  ) {
    if (!(windowMs > 0) || !Number.isFinite(windowMs)) {
      throw new BuildersError('bad-window', `window of ${windowMs} ms, expected more than 0`)
    }
    this.#windowMs = windowMs
    this.#source = source
    this.#startRow = firstRow
    this.#rows = firstRow
    if (snapshot !== undefined) this.#restore(snapshot)
  }

  /** Number of the next row. */
  get nextRow(): number {
    return this.#rows
  }

  /** Takes the next rows and gives out the windows that are over. */
  push(rows: CountedRows, { from, to }: BatchRange = { from: 0, to: rows.rowCount }): WindowCounts {
    const found = new WindowList()
    for (let i = from; i < to; i++) {
      this.#goTo(rows.timestamp[i], found)
      if (this.#counts.size === 0) this.#startLine = rows.lineNo[i]
      const template = rows.template[i]
      this.#counts.set(template, (this.#counts.get(template) ?? 0) + 1)
      this.#endLine = rows.lineNo[i]
      this.#rows++
    }
    return this.#toWindows(found)
  }

  /** The window that is open, though it is not over. What is pushed afterwards begins anew. */
  flush(): WindowCounts {
    const found = new WindowList()
    if (this.#counts.size > 0 && !Number.isNaN(this.#startTime)) this.#give(found, this.#latest)
    this.#counts.clear()
    this.#startTime = NaN
    this.#latest = NaN
    this.#startRow = this.#rows
    return this.#toWindows(found)
  }

  /** What the counter knows, for another one to go on from. */
  snapshot(): TimeWindowCounterSnapshot {
    return {
      counts: [...this.#counts],
      startLine: this.#startLine,
      endLine: this.#endLine,
      startTime: Number.isNaN(this.#startTime) ? null : this.#startTime,
      latest: Number.isNaN(this.#latest) ? null : this.#latest,
      startRow: this.#startRow,
      rows: this.#rows,
    }
  }

  #restore({ counts, startLine, endLine, startTime, latest, startRow, rows }: TimeWindowCounterSnapshot): void {
    for (const [template, count] of counts) this.#counts.set(template, count)
    this.#startLine = startLine
    this.#endLine = endLine
    this.#startTime = startTime ?? NaN
    this.#latest = latest ?? NaN
    this.#startRow = startRow
    this.#rows = rows
  }

  /** Opens the window of a time and gives out those before it. */
  #goTo(time: number, found: WindowList): void {
    if (Number.isNaN(time)) return
    if (Number.isNaN(this.#startTime)) this.#begin(time)
    const passed = Math.floor((time - this.#startTime) / this.#windowMs)
    if (time < this.#latest - SET_BACK_MS) {
      this.#give(found, this.#latest)
      this.#begin(time)
    } else if (passed > LONGEST_SILENCE) {
      this.#give(found)
      this.#begin(time)
    } else {
      for (let w = 0; w < passed; w++) this.#give(found)
      this.#latest = Math.max(this.#latest, time)
    }
  }

  #begin(time: number): void {
    this.#startTime = time
    this.#latest = time
  }

  #give(found: WindowList, endTime = this.#startTime + this.#windowMs): void {
    found.addCounts(this.#counts, {
      startRow: this.#startRow,
      startLine: this.#counts.size === 0 ? this.#endLine : this.#startLine,
      endLine: this.#endLine,
      startTime: this.#startTime,
      endTime,
    })
    this.#counts.clear()
    this.#startRow = this.#rows
    this.#startTime += this.#windowMs
  }

  #toWindows(found: WindowList): WindowCounts {
    return { ...found.toWindows(0, 0, this.#source), windowMs: this.#windowMs }
  }
}
