import type { LineCounts } from './line-batches.js'

/** What was read of a source. Filled while reading; final when the iteration ends. */
export interface ReadSummary {
  /** Name of the source. */
  readonly source: string
  /** Name of the header format; empty before the first batch. */
  readonly format: string
  /** Share of the sample that has the format, 0..1; 1 when the format was asked for. */
  readonly confidence: number
  /** Names of further formats that some lines have. */
  readonly fallbacks: readonly string[]
  /** Physical lines, blank ones included; of a range of lines, all up to its end. */
  readonly lines: number
  readonly records: number
  /** Decompressed bytes. */
  readonly bytes: number
  /** Records that have a time. */
  readonly timestamps: number
  /** Records whose first line no header format accepted. */
  readonly withoutHeader: number
  /** Lines that were joined to the record before them. */
  readonly continuationLines: number
  /** Lines with bytes that are not UTF-8, replaced by U+FFFD. */
  readonly invalidUtf8: number
  /** Lines of which only the first megabyte was kept. */
  readonly cutLines: number
  /** Records of which only the first 1,000 lines or the first megabyte was kept. */
  readonly cutRecords: number
}

/** A {@link ReadSummary} while it is being filled. */
export type MutableReadSummary = { -readonly [Key in keyof ReadSummary]: ReadSummary[Key] }

/** A summary before anything was read. */
export function newReadSummary(source: string): MutableReadSummary {
  return {
    source,
    format: '',
    confidence: 0,
    fallbacks: [],
    lines: 0,
    records: 0,
    bytes: 0,
    timestamps: 0,
    withoutHeader: 0,
    continuationLines: 0,
    invalidUtf8: 0,
    cutLines: 0,
    cutRecords: 0,
  }
}

/** Writes what a splitter of lines has counted into a summary. */
export function takeCounts(summary: MutableReadSummary, counts: LineCounts): void {
  summary.lines = counts.lines
  summary.bytes = counts.bytes
  summary.invalidUtf8 = counts.invalidUtf8
  summary.cutLines = counts.cutLines
}
