import type { ParsedLogFile } from '@sp/log-table'
import type { Catalogue } from '@sp/report'

/** What samples are taken from, and how many. */
export interface SampleContext {
  readonly folder: string
  readonly log: ParsedLogFile
  /** Samples a method. */
  readonly maxSamples: number
  /** Records before and after. */
  readonly contextLines: number
  readonly words: Catalogue
}
