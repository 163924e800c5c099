/**
 * How often each template occurs in each window of rows; sparse, all windows in flat arrays (CSR).
 * Window `w` covers the rows `startRow[w] <= row < endRow[w]` of one source and owns the entries
 * `offsets[w] <= i < offsets[w + 1]` of `templates` and `counts`.
 */
export interface WindowCounts {
  /** Number of windows. */
  readonly count: number
  /** Rows of a full window; the last ones of a source are shorter. */
  readonly windowSize: number
  /** Rows from the start of a window to the start of the next. */
  readonly stride: number
  /** Length of the windows where they are cut by time, in milliseconds; `windowSize` and `stride` are 0 then. */
  readonly windowMs?: number
  /** First row, 0-based over the whole stream. */
  readonly startRow: Int32Array
  /** Row after the last. */
  readonly endRow: Int32Array
  /** Names of the sources, in order of first appearance. */
  readonly sources: readonly string[]
  /** Index into `sources`. */
  readonly source: Int32Array
  /** Line number, within its source, of the first row. */
  readonly startLine: Int32Array
  /** Line number of the last row. */
  readonly endLine: Int32Array
  /** Earliest known timestamp in milliseconds since 1970, NaN when no row has one. */
  readonly startTime: Float64Array
  /** Latest known timestamp. */
  readonly endTime: Float64Array
  /** `count + 1` entries, ascending from 0. */
  readonly offsets: Int32Array
  /** Template codes, ascending within a window; −1 stands for rows without a template. */
  readonly templates: Int32Array
  /** Occurrences, 1 or more. */
  readonly counts: Int32Array
}
