import type { ReportTraining } from '../report.js'
import type { Quote } from './catalogue.js'

/** What a sentence on a piece of evidence needs besides it. */
export interface ToldEvidence {
  /** Where it was seen, in words: `in 50 lines`. */
  readonly place: string
  readonly training: ReportTraining
  readonly quote: Quote
}
