import type { CountEvidence } from '@sp/log-table'

/** One source that was read, or a run of its rows. Times are milliseconds since 1970-01-01 UTC. */
export interface ReportSource {
  /** As the user gave it. */
  readonly name: string
  /** `normal` rows taught what is normal, `judged` rows were judged. */
  readonly role: 'normal' | 'judged'
  /** Name of the header format. */
  readonly format: string
  /** Records, the rows of the parsed log. */
  readonly records: number
  /** Records with a time. */
  readonly timestamps: number
  readonly firstTime?: number | null
  readonly lastTime?: number | null
  /** Lines that were longer than the reader keeps. */
  readonly cutLines?: number
  /** Lines with bytes that are not UTF-8. */
  readonly invalidUtf8?: number
}

/** What the detector learned before it judged. */
export interface ReportTraining {
  /** Rows, windows and templates that taught; 0 when nothing was learned apart from the judged log. */
  readonly rows: number
  readonly windows: number
  readonly templates: number
  /** Share of normal windows that may be flagged; `null` when the threshold is not calibrated. */
  readonly budget: number | null
  /** Rows a window. */
  readonly windowSize: number
  /** Rows from one window's start to the next. */
  readonly stride: number
}

/**
 * What the detector found, ready to be shown: plain data, its JSON form is `report.json` (keys as here).
 * Names that end in `Line` count from 1 as editors do; `…LineNo` count from 0 as `parsed.parquet` does.
 * Log text stands here as it was; only the renderers make it harmless.
 */
export interface Report {
  readonly format: 'sp-report'
  readonly version: 1
  readonly title: string
  readonly sources: readonly ReportSource[]
  readonly training: ReportTraining
  readonly detector: string
  /** Score above which a window is flagged; `null` when there is none. */
  readonly threshold: number | null
  readonly windows: number
  readonly flaggedWindows: number
  /** Rows that lie in at least one window. */
  readonly judgedRows: number
  /** Findings in all, those beyond `maxFindings` included. */
  readonly findingCount: number
  /** The strangest first: by p-value, then score, then place. */
  readonly findings: readonly Finding[]
  /** The strangest windows that were not flagged, at most three that do not overlap. */
  readonly belowThreshold: readonly Finding[]
  readonly timeline: readonly TimelineRow[]
}

/** How urgent a finding is; see `severityOf`. */
export type FindingSeverity = 'high' | 'medium' | 'low'

/** Flagged windows of one source that overlap or touch, as one thing to look at. */
export interface Finding {
  /** 1 for the strangest. */
  readonly rank: number
  readonly severity: FindingSeverity
  /** The first reason in a sentence. */
  readonly headline: string
  /** `file:first–last`, lines from 1: from the first to the last line of evidence. */
  readonly location: string
  readonly source: string
  readonly firstLine: number
  readonly lastLine: number
  readonly firstLineNo: number
  readonly lastLineNo: number
  /** Rows of its windows in the parsed log, `startRow <= row < endRow`. */
  readonly startRow: number
  readonly endRow: number
  /** ISO 8601 in UTC, the earliest and latest time of its lines of evidence; `null` when no row has a time. */
  readonly startTime: string | null
  readonly endTime: string | null
  /** Of the rows that the reasons speak of (of all rows where these are absent); most frequent first, at most five. */
  readonly hosts: readonly NameCount[]
  readonly processes: readonly NameCount[]
  /** Highest score of its windows. */
  readonly score: number
  /** Lowest p-value of its windows; `null` when the detector gives none. */
  readonly pValue: number | null
  /** Number of windows merged. */
  readonly windows: number
  /** The strongest first; when that is a new template, all new ones in the order of the log. At most eight. */
  readonly reasons: readonly Reason[]
  /** Weaker evidence, and reasons beyond eight. */
  readonly moreReasons: number
  /** In the order of the log: the rows that made the score, and the context of the first of them. */
  readonly lines: readonly FindingLine[]
}

/** A value and how many rows have it. */
export interface NameCount {
  readonly name: string
  readonly count: number
}

/** One piece of evidence, of the window in which it is strongest. */
export interface Reason {
  readonly kind: CountEvidence['kind']
  readonly templateId: string
  readonly template: string
  /** Occurrences in that window, and what the past lets expect there. */
  readonly count: number
  readonly expected: number
  /** Rows of that window. */
  readonly windowRows: number
  /** Rows that taught what is normal; 0 when there were none. */
  readonly normalRows: number
  /** Share of that window's score. */
  readonly surprise: number
  /** Rows of the template in the whole finding. */
  readonly rows: number
  /** How many of them are among `lines`. */
  readonly shownRows: number
  readonly sentence: string
}

/** A record shown with a finding. */
export interface FindingLine {
  readonly role: 'evidence' | 'context'
  /** Index of the reason it speaks for; `null` for context. */
  readonly reason: number | null
  readonly row: number
  /** From 1. */
  readonly line: number
  /** From 0. */
  readonly lineNo: number
  /** ISO 8601 in UTC; `null` when the record has none. */
  readonly time: string | null
  /** The raw record, its lines joined by `\n`; at most 4,000 characters. */
  readonly text: string
  /** Characters left out at its end. */
  readonly cutCharacters: number
}

/** The scores of one source along its rows, as cells of equal width. */
export interface TimelineRow {
  readonly source: string
  readonly startTime: string | null
  readonly endTime: string | null
  readonly cells: readonly TimelineCell[]
}

/** A stretch of rows of a timeline. */
export interface TimelineCell {
  /** 0 (lowest score) … 3 up to the threshold, 4 … 7 above it; −1 where no window lies. */
  readonly level: number
  readonly flagged: boolean
}
