import type { Finding } from '@sp/log-table'
import type { Incident, IncidentSeverity } from './incidents/incident.js'
import type { DistributionPicture } from './pictures/score-distributions.js'
import type { TimelinePicture } from './pictures/score-timeline.js'
import type { ActivityPicture } from './pictures/template-activity.js'

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

/** What the detectors learned from. */
export interface ReportTraining {
  /** Records that taught; 0 when nothing was learned apart from the judged log. */
  readonly rows: number
  readonly templates: number
  /** Milliseconds since 1970; `null` where the normal log has no times. */
  readonly firstTime: number | null
  readonly lastTime: number | null
}

/** A detector of the run. */
export interface DetectorFacts {
  readonly name: string
  readonly unit: 'window' | 'session' | 'line'
  /** Normal units that its p-values were calibrated on; 0 where there were none. */
  readonly normalUnits: number
  /** Score above which a unit is flagged; `null` where it decides by its p-value or not at all. */
  readonly threshold: number | null
  /** Records a window, and from one window's start to the next; absent for others. */
  readonly windowSize?: number
  readonly stride?: number
}

/** Something that changed for good: told once instead of as many incidents. */
export interface LastingChange {
  readonly template: string
  readonly source: string
  /** From 0, within the source. */
  readonly firstLine: number
  readonly lastLine: number
  /** Records of the template in a full window (or share of the sessions with it), in training and since. */
  readonly before: number
  readonly after: number
  readonly unit: 'window' | 'session'
}

/** What a reader has to know first: `unfit`, most of the log is of kinds that were not learned. */
export interface Remark {
  readonly kind: 'unfit'
  /** Share of what was judged that is of unknown templates, 0..1. */
  readonly unknownShare: number
}

/** What a run was: all that a report tells beside what was found. */
export interface RunFacts {
  readonly sources: readonly ReportSource[]
  readonly training: ReportTraining
  readonly detectors: readonly DetectorFacts[]
  /** Share of normal units that may be flagged; `null` where nothing is calibrated. */
  readonly budget: number | null
  readonly changes: readonly LastingChange[]
  /** What to know before trusting the rest. */
  readonly remarks: readonly Remark[]
}

/** How much was judged, found and shown. */
export interface ReportCounts {
  /** Judged records. */
  readonly records: number
  /** Units by detector, and how many of them were flagged. */
  readonly units: Readonly<Record<string, { readonly judged: number; readonly flagged: number }>>
  readonly findings: number
  readonly incidents: number
  readonly bySeverity: Readonly<Record<IncidentSeverity, number>>
  /** Incidents and records in the report; what is context counts too. */
  readonly shownIncidents: number
  readonly shownRecords: number
  /** Sessions that the incidents hold. */
  readonly sessions: number
}

/** The pictures of a report: `timeline.json`. */
export interface ReportPictures {
  readonly timeline: TimelinePicture
  readonly activity: ActivityPicture
  readonly distributions: readonly DistributionPicture[]
}

/**
 * What a run found, ready to be shown: plain data. `report.json` has all of it but the pictures, which are
 * `timeline.json`. Log text stands here as it was; only the renderers make it harmless.
 */
export interface Report {
  readonly format: 'sp-report'
  readonly version: 2
  readonly title: string
  readonly run: RunFacts
  readonly counts: ReportCounts
  /** Gravest first, at most as many as were asked for. */
  readonly incidents: readonly Incident[]
  /** The strangest units that were not flagged, strangest first; at most three. */
  readonly belowThreshold: readonly Finding[]
  readonly pictures: ReportPictures
}
