import type { Evidence, Finding } from '@sp/log-table'
import type {
  Incident,
  IncidentSeverity,
  Reason,
  RootCause,
  SimilarIncident,
  StandingParameter,
} from '../incidents/incident.js'
import type { DetectorFacts, LastingChange, Remark, Report, ReportSource, ReportTraining } from '../report.js'
import type { SampleMethod } from '../samples.js'
import { EN } from './catalogue-en.js'
import { KO } from './catalogue-ko.js'
import type { Formats, Language } from './formats.js'

/** Makes a piece of log text harmless and sets it apart: a code span in Markdown, quotation marks elsewhere. */
export type Quote = (text: string) => string

/** Every sentence of a report in one language. */
export interface Catalogue {
  readonly language: Language
  readonly formats: Formats
  readonly title: string
  readonly severities: Readonly<Record<IncidentSeverity, string>>
  readonly roles: Readonly<Record<ReportSource['role'], string>>
  readonly units: Readonly<Record<DetectorFacts['unit'], string>>
  /** What each kind of evidence is, in a few words: names of SARIF rules. */
  readonly kinds: Readonly<Record<Evidence['kind'], string>>
  readonly headings: {
    readonly incidents: string
    readonly timeline: string
    readonly activity: string
    readonly distributions: string
    readonly changes: string
    readonly below: string
    readonly sources: string
    readonly training: string
    readonly detectors: string
    readonly reading: string
    readonly limits: string
    readonly remarks: string
  }
  readonly sourceColumns: readonly string[]
  readonly detectorColumns: readonly string[]
  readonly labels: {
    readonly hosts: string
    readonly processes: string
    readonly detectors: string
    readonly sessions: string
    readonly parameters: string
    readonly rootCauses: string
    readonly similar: string
    readonly reasons: string
    readonly score: string
  }
  /** Below the text timeline, and above the lines. */
  readonly timelineLegend: string
  readonly linesLegend: string
  readonly unknownTime: string
  readonly nothingStandsOut: string
  readonly allSources: string

  /** How much was found, without a full stop. */
  outcome(report: Report): string
  /** The first sentence of a report. */
  bottomLine(report: Report, quote: Quote): string
  /** The incident in one sentence, without a full stop. */
  headline(incident: Incident, training: ReportTraining, quote: Quote): string
  /** The finding in one sentence, without a full stop. */
  findingHeadline(finding: Finding, training: ReportTraining, quote: Quote): string
  reason(reason: Pick<Reason, 'evidence' | 'unit' | 'records'>, training: ReportTraining, quote: Quote): string
  /** In how many findings of the incident a reason stands. */
  reasonCount(reason: Reason, incident: Incident): string
  /** How rare a unit is; `normalUnits` that its p-value was calibrated on, beyond which it is an extrapolation. */
  rarity(pValue: number, normalUnits: number): string
  detectorsAgree(count: number): string
  linesShown(shown: number, records: number): string
  findingCounts(incident: Incident): string
  parameter(parameter: StandingParameter, quote: Quote): string
  rootCause(cause: RootCause, quote: Quote): string
  /** An earlier incident of the same kind. @param rank of it in this report, `null` where it is not in it */
  similar(similar: SimilarIncident, rank: number | null, quote: Quote): string
  moreSessions(count: number): string
  moreReasons(count: number): string
  morePlaces(count: number): string
  moreLines(count: number): string
  moreCharacters(count: number): string
  moreIncidents(report: Report): string
  trainingSentence(report: Report): string
  detectorSize(detector: DetectorFacts): string
  change(change: LastingChange, quote: Quote): string
  remark(remark: Remark): string
  sourceRemarks(source: ReportSource): string
  shownShare(report: Report): string
  readingGuide(report: Report): readonly string[]
  readonly limits: readonly string[]
  /** Words of the HTML page; `{0}`, `{1}` stand for numbers. */
  readonly page: PageWords
  readonly samples: SampleWords
  readonly diff: DiffWords
  readonly inference: InferenceWords
}

/** Words of the HTML page that its script shows or that label its controls. */
export interface PageWords {
  readonly skip: string
  readonly search: string
  readonly searchHint: string
  readonly severity: string
  readonly detector: string
  readonly source: string
  readonly host: string
  readonly all: string
  readonly shown: string
  readonly calm: string
  readonly noneShown: string
  readonly clear: string
  readonly theme: string
  readonly keys: string
  readonly keyList: readonly (readonly [keys: string, what: string])[]
  readonly close: string
  readonly zoomIn: string
  readonly zoomOut: string
  readonly earlier: string
  readonly later: string
  readonly zoomReset: string
  readonly zoomed: string
  readonly pictures: string
  readonly timelineLabel: string
  readonly activityLabel: string
  readonly distributionLabel: string
  readonly timelineNote: string
  readonly activityNote: string
  readonly distributionNote: string
  readonly records: string
  readonly units: string
  readonly threshold: string
  readonly strength: string
  readonly flagged: string
  readonly template: string
  readonly otherTemplates: string
  readonly asTable: string
  readonly withoutScript: string
  readonly details: string
  readonly copyLink: string
  readonly moreSources: string
  readonly lineAxis: string
}

/** Words of the sample analysis. */
export interface SampleWords {
  readonly title: string
  readonly summary: string
  readonly methods: Readonly<Record<SampleMethod, string>>
  readonly found: string
  readonly analysed: string
  readonly total: (count: number) => string
  readonly details: string
  readonly sample: (number: number) => string
  readonly none: string
  readonly indicators: string
  readonly representative: string
  readonly before: string
  readonly after: string
  readonly explanation: string
  readonly advice: string
  readonly adviceList: readonly string[]
  readonly unseen: (share: number) => string
  readonly spike: (z: number) => string
  readonly errors: (count: number) => string
  readonly warnings: (share: number) => string
  readonly diversity: (share: number) => string
  readonly dominantReason: (count: number, records: number) => string
  readonly errorReason: string
  readonly rareReason: string
  readonly reappeared: string
  readonly newInContext: string
  readonly repeated: (times: number) => string
  readonly manyErrors: (share: number) => string
  readonly gap: (ms: number) => string
  readonly ratio: (ratio: number) => string
  readonly errorShare: (share: number) => string
  readonly distinct: (count: number) => string
  readonly oneTemplate: (share: number) => string
}

/** Words of the comparison of two reports. */
export interface DiffWords {
  readonly title: string
  readonly outcome: (fresh: number, gone: number, changed: number, same: number) => string
  readonly fresh: string
  readonly gone: string
  readonly changed: string
  readonly same: string
  readonly none: string
  readonly severity: (before: string, after: string) => string
  readonly sessions: (before: number, after: number) => string
  readonly rate: (before: string, after: string) => string
}

/** Words of `inference_report.md`. */
export interface InferenceWords {
  readonly title: string
  readonly total: (records: number) => string
  readonly methods: string
  readonly methodColumns: readonly string[]
  readonly conclusion: string
  readonly within: string
  readonly beyond: (names: string) => string
  readonly uncalibrated: string
  readonly files: string
}

/** The catalogue of a language. */
export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language]
}

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: EN, ko: KO }
