import type { Finding } from '@sp/log-table'
import { explainIncident, locationOf, ReportBuilder, type RunFacts } from '@sp/report'
import type { Bundle } from '../bundle/bundle.js'
import { stretchesOf } from './agreement.js'

/** What a bundle finds and the other does not, in sentences. */
export interface LoneFindings {
  /** Findings that share no stretch with one of the other bundle. */
  readonly findings: number
  /** The gravest incidents that they make, at most ten. */
  readonly incidents: readonly {
    readonly place: string
    readonly sentence: string
    readonly score: number
    readonly findings: number
  }[]
}

const MOST_INCIDENTS = 10

/** Findings of logs that share no stretch with one of the other bundle, as incidents of `bundle`. */
export function loneFindings(
  bundle: Bundle,
  logs: readonly { readonly own: readonly Finding[]; readonly other: readonly Finding[] }[],
): LoneFindings {
  const alone = logs.flatMap(({ own, other }) => notAmong(own, other))
  const builder = new ReportBuilder({ budget: bundle.windows.budget, maxIncidents: MOST_INCIDENTS })
  for (const finding of alone) builder.addFinding(finding)
  const report = builder.report(runFacts(bundle))
  const incidents = report.incidents.map((incident) => ({
    place: locationOf(incident),
    sentence: explainIncident(incident, report),
    score: incident.score,
    findings: incident.findings,
  }))
  return { findings: alone.length, incidents }
}

function notAmong(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const told = new Set(others.flatMap(stretchesOf))
  return findings.filter((finding) => !stretchesOf(finding).some((stretch) => told.has(stretch)))
}

/** What sentences need to know: how much was learned. */
function runFacts({ manifest, templates, windows }: Bundle): RunFacts {
  const { records, firstTime, lastTime } = manifest.data
  const training = { rows: records, templates: templates.templates.length, firstTime, lastTime }
  return { sources: [], training, detectors: [], budget: windows.budget, changes: [], remarks: [] }
}
