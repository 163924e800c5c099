import type { Incident, IncidentSeverity } from './incidents/incident.js'
import { ALIKE, signatureSimilarity } from './incidents/signature.js'
import type { SavedReport } from './read-report.js'

/** An incident of both runs. */
export interface IncidentPair {
  readonly before: Incident
  readonly after: Incident
  /** Of their signatures, 0..1. */
  readonly similarity: number
}

/** A pair that differs in what matters. */
export interface ChangedIncident extends IncidentPair {
  /** `null` where it is as before. */
  readonly severity: { readonly before: IncidentSeverity; readonly after: IncidentSeverity } | null
  readonly sessions: { readonly before: number; readonly after: number } | null
  /** Share of the judged records that lie in it, where it changed by more than half. */
  readonly share: { readonly before: number; readonly after: number } | null
}

/** What changed from one run to the next: format `sp-report-diff`, version 1. */
export interface ReportDiff {
  readonly format: 'sp-report-diff'
  readonly version: 1
  /** In the order of the later report, gravest first. */
  readonly fresh: readonly Incident[]
  /** In the order of the earlier report. */
  readonly gone: readonly Incident[]
  readonly changed: readonly ChangedIncident[]
  readonly same: readonly IncidentPair[]
}

/** A change of the share of the records, or of the number of sessions, by this factor is told. */
const CHANGED = 1.5

/**
 * Compares the incidents of two runs by what they are about, not by where they lie: another day has other lines. Pairs are
 * made from the most alike on; each incident is in at most one.
 */
export function diffReports(before: SavedReport, after: SavedReport): ReportDiff {
  const pairs = before.incidents
    .flatMap((one) => after.incidents.map((other) => pairOf(one, other)))
    .filter(({ similarity }) => similarity >= ALIKE)
    .sort((a, b) => b.similarity - a.similarity || order(before, a.before, b.before) || order(after, a.after, b.after))
  const taken = new Set<Incident>()
  const matched: IncidentPair[] = []
  for (const pair of pairs) {
    if (taken.has(pair.before) || taken.has(pair.after)) continue
    taken.add(pair.before).add(pair.after)
    matched.push(pair)
  }
  matched.sort((a, b) => order(after, a.after, b.after))
  const compared = matched.map((pair) => changesOf(pair, before.counts.records, after.counts.records))
  return {
    format: 'sp-report-diff',
    version: 1,
    fresh: after.incidents.filter((incident) => !taken.has(incident)),
    gone: before.incidents.filter((incident) => !taken.has(incident)),
    changed: compared.filter(isChanged),
    same: matched.filter((_, i) => !isChanged(compared[i])),
  }
}

function pairOf(before: Incident, after: Incident): IncidentPair {
  return { before, after, similarity: signatureSimilarity(before.signature, after.signature) }
}

function changesOf(pair: IncidentPair, recordsBefore: number, recordsAfter: number): ChangedIncident {
  const { before, after } = pair
  const severity = before.severity === after.severity ? null : { before: before.severity, after: after.severity }
  const sessions = differs(before.sessions, after.sessions) ? { before: before.sessions, after: after.sessions } : null
  const [was, is] = [before.records / Math.max(1, recordsBefore), after.records / Math.max(1, recordsAfter)]
  return { ...pair, severity, sessions, share: differs(was, is) ? { before: was, after: is } : null }
}

function isChanged({ severity, sessions, share }: ChangedIncident): boolean {
  return severity !== null || sessions !== null || share !== null
}

function differs(before: number, after: number): boolean {
  if (before === 0 || after === 0) return before !== after
  return Math.max(before / after, after / before) > CHANGED
}

function order({ incidents }: SavedReport, a: Incident, b: Incident): number {
  return incidents.indexOf(a) - incidents.indexOf(b)
}
