import { Dictionary, type ParsedLog } from '@sp/log-table'
import { BuildersError } from './errors.js'
import { GrowingArray } from './growing-array.js'
import type { WindowCounts } from './window-counts.js'

/** What of a parsed log the windows need; a whole `ParsedLog` fits. */
export type CountedColumns = Pick<ParsedLog, 'rowCount' | 'source' | 'lineNo' | 'timestamp' | 'template'>

/** Shape of the windows. */
export interface WindowOptions {
  /** Rows of a window; 50 as in the reference system. */
  readonly windowSize?: number
  /** Rows from one window's start to the next; 25, so that a burst on a border is whole in one of two windows. */
  readonly stride?: number
  /** Number of the first row, where the batches are a later part of a stream; default 0. */
  readonly firstRow?: number
}

/**
 * Counts the templates of each window of rows.
 *
 * Windows start at rows 0, stride, 2·stride, … of each source while that row exists; the last ones may be short.
 * A window never crosses from one source to another; a source that comes back after another one starts anew.
 * Streams: memory is O(window + result), whatever the batch size.
 * @throws {BuildersError} `bad-window` when size or stride is not a positive integer
 */
export async function countWindows(
  batches: AsyncIterable<CountedColumns> | Iterable<CountedColumns>,
  { windowSize = 50, stride = 25, firstRow = 0 }: WindowOptions = {},
): Promise<WindowCounts> {
  requirePositive('window size', windowSize)
  requirePositive('stride', stride)
  const counter = new WindowCounter(windowSize, stride, firstRow)
  for await (const batch of batches) counter.add(batch)
  return counter.finish()
}

function requirePositive(what: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return
  throw new BuildersError('bad-window', `${what} ${value}, expected an integer of 1 or more`)
}

/** A window whose last row has not been read yet. */
interface OpenWindow {
  readonly startRow: number
  readonly startLine: number
  endLine: number
  startTime: number
  endTime: number
  readonly counts: Map<number, number>
}

class WindowCounter {
  readonly #startRow = new GrowingArray(Int32Array)
  readonly #endRow = new GrowingArray(Int32Array)
  readonly #source = new GrowingArray(Int32Array)
  readonly #startLine = new GrowingArray(Int32Array)
  readonly #endLine = new GrowingArray(Int32Array)
  readonly #startTime = new GrowingArray(Float64Array)
  readonly #endTime = new GrowingArray(Float64Array)
  readonly #offsets = new GrowingArray(Int32Array)
  readonly #templates = new GrowingArray(Int32Array)
  readonly #counts = new GrowingArray(Int32Array)
  readonly #sources = new Dictionary()
  /** Oldest first. */
  #open: OpenWindow[] = []
  #currentSource = -1
  #segmentStart = 0
  #row: number

  constructor(
    private readonly windowSize: number,
    private readonly stride: number,
    firstRow: number,
  ) {
    this.#row = firstRow
    this.#offsets.push(0)
  }

  add(batch: CountedColumns): void {
    for (let i = 0; i < batch.rowCount; i++) {
      const source = this.#sources.codeOf(batch.source.at(i) ?? '')
      if (source !== this.#currentSource) this.#startSegment(source)
      this.#addRow(batch, i)
    }
  }

  finish(): WindowCounts {
    this.#closeAll()
    return {
      count: this.#startRow.length,
      windowSize: this.windowSize,
      stride: this.stride,
      startRow: this.#startRow.toArray(),
      endRow: this.#endRow.toArray(),
      sources: [...this.#sources.values],
      source: this.#source.toArray(),
      startLine: this.#startLine.toArray(),
      endLine: this.#endLine.toArray(),
      startTime: this.#startTime.toArray(),
      endTime: this.#endTime.toArray(),
      offsets: this.#offsets.toArray(),
      templates: this.#templates.toArray(),
      counts: this.#counts.toArray(),
    }
  }

  #startSegment(source: number): void {
    this.#closeAll()
    this.#currentSource = source
    this.#segmentStart = this.#row
  }

  #addRow({ lineNo, timestamp, template }: CountedColumns, i: number): void {
    if ((this.#row - this.#segmentStart) % this.stride === 0) {
      const time = { startTime: NaN, endTime: NaN }
      this.#open.push({ startRow: this.#row, startLine: lineNo[i], endLine: lineNo[i], ...time, counts: new Map() })
    }
    for (const window of this.#open) {
      window.endLine = lineNo[i]
      widen(window, timestamp[i])
      window.counts.set(template[i], (window.counts.get(template[i]) ?? 0) + 1)
    }
    this.#row++
    if (this.#open.length > 0 && this.#row - this.#open[0].startRow === this.windowSize) {
      this.#close(this.#open.shift()!)
    }
  }

  #closeAll(): void {
    for (const window of this.#open) this.#close(window)
    this.#open = []
  }

  #close(window: OpenWindow): void {
    this.#startRow.push(window.startRow)
    this.#endRow.push(this.#row)
    this.#source.push(this.#currentSource)
    this.#startLine.push(window.startLine)
    this.#endLine.push(window.endLine)
    this.#startTime.push(window.startTime)
    this.#endTime.push(window.endTime)
    for (const [template, count] of [...window.counts].sort((a, b) => a[0] - b[0])) {
      this.#templates.push(template)
      this.#counts.push(count)
    }
    this.#offsets.push(this.#templates.length)
  }
}

function widen(window: OpenWindow, time: number): void {
  if (Number.isNaN(time)) return
  // Negated, so that NaN (no time known yet) gives way.
  if (!(window.startTime <= time)) window.startTime = time
  if (!(window.endTime >= time)) window.endTime = time
}
