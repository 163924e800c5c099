import type { DictionaryColumn } from './dictionary-column.js'
import type { ParameterColumn } from './parameter-column.js'
import type { StringColumn } from './string-column.js'

/**
 * The fields of the records of a log that come from the file itself: where each stood and what its header said.
 * Every column has `rowCount` rows. A record is one line, or several when a stack trace follows its first line.
 */
export interface RecordColumns {
  readonly rowCount: number
  /** Name of the file the record came from, as the user gave it (`-` for standard input). */
  readonly source: DictionaryColumn
  /** Line number of the record's first line within its source, 0-based as in the reference format. */
  readonly lineNo: Int32Array
  /** Offset of the record's first byte within its (decompressed) source. A float holds integers up to 2^53. */
  readonly byteOffset: Float64Array
  /** Milliseconds since 1970-01-01 UTC, fractions kept; NaN where the line has no time. Times without zone count as UTC. */
  readonly timestamp: Float64Array
  readonly host: DictionaryColumn
  /** Program, logger or component that wrote the record. */
  readonly process: DictionaryColumn
  /** Process id; −1 where the line names none. */
  readonly pid: Int32Array
  /** Syslog severity 0 (emergency) … 7 (debug); −1 where the line names none. */
  readonly severity: Int8Array
  /** The original line, header and all, without its line end; continuation lines joined by `\n`. */
  readonly raw: StringColumn
}

/**
 * A batch of parsed log records as columns: the table that the steps exchange, and the rows of `parsed.parquet`.
 * Batches of one stream share their dictionaries, so codes compare across batches.
 */
export interface ParsedLog extends RecordColumns {
  /** The message with its variable parts replaced by mask tokens. */
  readonly masked: StringColumn
  /** What the masks hid, in order. */
  readonly parameters: ParameterColumn
  /** Code of the record's template: its index in the {@link TemplateTable} of the same stream. */
  readonly template: Int32Array
}
