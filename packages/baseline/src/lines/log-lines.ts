/** Lines of a log as flat arrays of `count` entries. */
export interface LogLines {
  readonly count: number
  /** Row of the first line in the stream of rows they come from, 0-based. */
  readonly firstRow: number
  /** Code of the template: below the number of templates of training a known one, above an unknown one; −1 none. */
  readonly template: Int32Array
  /** What the clock of the source shows (`LogClock`), milliseconds; NaN before the first known time. */
  readonly at: Float64Array
  /** Name of the host, `''` where the line has none. */
  readonly hostName: readonly string[]
  /** Slots of the host, of the program on its host, and of the process of that program: the same slot, the same thing. */
  readonly host: Int32Array
  readonly program: Int32Array
  readonly process: Int32Array
  /** Which of the three is heard for the first time, or is to be taken so: bits of {@link FIRST_HEARD}. */
  readonly firstHeard: Uint8Array
  /** First line of each stretch of one source, ascending from 0: across their borders nothing is compared. */
  readonly stretches: Int32Array
  /** Line `i` owns the values `valueOffsets[i] <= v < valueOffsets[i + 1]`. */
  readonly valueOffsets: Int32Array
  /** Its parameters as numbers, in order; NaN where one is none. */
  readonly values: Float64Array
}

/** Bits of `LogLines.firstHeard`. */
export const FIRST_HEARD = { host: 1, program: 2, process: 4 } as const

/** Rows `from <= row < to`, counted from 0 within a {@link LogLines}. */
export interface RowRange {
  readonly from: number
  readonly to: number
}
