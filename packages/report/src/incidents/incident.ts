import type { Evidence, FindingLine, NamedTemplate } from '@sp/log-table'

/** How urgent an incident is; see `severityOf`. */
export type IncidentSeverity = 'high' | 'medium' | 'low'

/** The severities, gravest first. */
export const SEVERITIES: readonly IncidentSeverity[] = ['high', 'medium', 'low']

/**
 * Findings that are one thing to look at: windows that touch, detectors that speak of the same lines, sessions that are
 * strange for the same reason. Plain data; times are milliseconds since 1970-01-01 UTC, line numbers count from 0.
 */
export interface Incident {
  /** The id of its first finding, so it does not change while the incident grows. */
  readonly id: string
  readonly severity: IncidentSeverity
  /** Highest of its findings: −log10 of the smallest p-value. */
  readonly score: number
  /** Lowest of its findings, above 0 and at most 1. */
  readonly pValue: number
  /** Where it lies, one entry a source in order of appearance; at most twenty. */
  readonly places: readonly IncidentPlace[]
  readonly morePlaces: number
  /** Of the lines of evidence; of the whole units where there are none. `null` without times. */
  readonly startTime: number | null
  readonly endTime: number | null
  /** By the number of findings that name them, at most ten. */
  readonly hosts: readonly NameCount[]
  readonly processes: readonly NameCount[]
  /** The detectors that agree, each with its lowest p-value and the findings in which it spoke; rarest first. */
  readonly detectors: readonly { readonly name: string; readonly pValue: number; readonly findings: number }[]
  readonly findings: number
  readonly windows: number
  readonly sessions: number
  /** Keys of the sessions in order of appearance; at most two thousand. */
  readonly sessionKeys: readonly string[]
  /** Strongest first; where that is a new template, all new ones in the order of the log. At most eight. */
  readonly reasons: readonly Reason[]
  readonly moreReasons: number
  /** In the order of the log: of its first, its strongest and its last finding, and the context around them. */
  readonly lines: readonly IncidentLine[]
  /** Records of its windows and sessions, of windows that overlap each once. */
  readonly records: number
  /** Values that its lines of evidence have in common, or that lie outside their range. */
  readonly parameters: readonly StandingParameter[]
  /** Series that left their relation to the others, the farthest first; at most five. */
  readonly rootCauses: readonly RootCause[]
  /** What it is about, strongest first: the same cause has much the same signature in other runs. */
  readonly signature: readonly string[]
  /** Earlier incidents with a signature like this, most alike first; at most five. */
  readonly similar: readonly SimilarIncident[]
}

/** Lines of one source, both ends included. */
export interface IncidentPlace {
  readonly source: string
  readonly firstLine: number
  readonly lastLine: number
  readonly findings: number
}

/** A name and how often it was met. */
export interface NameCount {
  readonly name: string
  readonly count: number
}

/** One kind of evidence, as it is in the finding in which it is strongest. */
export interface Reason {
  readonly evidence: Evidence<NamedTemplate>
  /** Findings of the incident that say so. */
  readonly findings: number
  /** Of the finding in which it is strongest. */
  readonly unit: 'window' | 'session'
  readonly records: number
}

/** A record shown with an incident. */
export interface IncidentLine extends Omit<FindingLine, 'evidence'> {
  readonly source: string
  /** Index of the reason it speaks for; `null` for context and for reasons that are not listed. */
  readonly reason: number | null
}

/** A value that stands out in the lines of evidence. */
export interface StandingParameter {
  readonly template: NamedTemplate
  /** Which open place of the template, from 0. */
  readonly position: number
  /** What stands there in the template, such as `<IP>`. */
  readonly type: string
  readonly value: string
  /** `shared`: most lines have it. `range`: it lies outside what is normal. */
  readonly why: 'shared' | 'range'
  /** Lines that have it, of so many that were looked at. */
  readonly lines: number
  readonly ofLines: number
}

/** A series behind an incident. */
export interface RootCause {
  readonly series: string
  readonly template: NamedTemplate | null
  readonly direction: 'up' | 'down'
  /** Standard deviations of held-out normal data. */
  readonly deviation: number
}

/** An earlier incident of the same kind. */
export interface SimilarIncident {
  readonly id: string
  /** `null`: of this run. Otherwise the title of the earlier report. */
  readonly report: string | null
  /** 0..1. */
  readonly similarity: number
  readonly startTime: number | null
}
