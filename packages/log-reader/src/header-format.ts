import type { HeaderFields } from './header-fields.js'
import type { LineScanner } from './line-scanner.js'
import type { YearTracker } from './year-tracker.js'

/** What a format may need to know that does not stand in the line. */
export interface HeaderContext {
  /** Years for dates that name none. */
  readonly years: YearTracker
  /** Time at which the machine started, milliseconds since 1970-01-01 UTC; NaN when unknown. */
  readonly bootTimeMs: number
}

/** One way of writing the beginning of a log line. */
export interface HeaderFormat {
  /** Unique; what `format` options and summaries call it. */
  readonly name: string
  /** One line for a person who chooses among formats. */
  readonly description: string
  /** Lines that the format accepts. */
  readonly examples: readonly string[]
  /** The header holds no year. Default false. */
  readonly lacksYear?: boolean
  /** How records stand in the bytes: one a line (default), or as blocks of the journal export format. */
  readonly framing?: 'line' | 'journal-export'
  /**
   * Reads the header of a line into `fields`, which hold nothing when it is called.
   * @param line a scanner at the beginning of the line; `line.text()` is the line as a string, for whoever is in no hurry
   * @returns whether the line has this format; on `false` the fields are worthless
   */
  parse(line: LineScanner, context: HeaderContext, fields: HeaderFields): boolean
}
