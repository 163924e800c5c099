import type { IncidentSeverity } from './incident.js'

/** What makes an incident urgent. */
export interface Urgency {
  readonly pValue: number
  /** Share of normal units that may be flagged; `null` where the threshold is not calibrated. */
  readonly budget: number | null
  readonly hasNewTemplate: boolean
  /** Whether a new template speaks of a failure, in words or by the severity of its lines; see `speaksOfFailure`. */
  readonly hasNewFailure: boolean
  /** Detectors whose own p-value lies within the budget. */
  readonly agreeing: number
  readonly sessions: number
}

/** From how many sessions an incident is no longer of low severity. */
const MANY_SESSIONS = 10

/**
 * How urgent an incident is.
 * - `high`: a message never seen before that speaks of a failure, or a p-value of at most a hundredth of the budget
 * - `medium`: any other message never seen before, a p-value of at most a tenth of the budget, three detectors that
 *   agree, or ten sessions
 * - `low`: the rest
 * The hundredth, the tenth and the ten are steps that people can remember, not estimates.
 */
export function severityOf({
  pValue,
  budget,
  hasNewTemplate,
  hasNewFailure,
  agreeing,
  sessions,
}: Urgency): IncidentSeverity {
  const rarer = budget === null ? 1 : pValue / budget
  if (hasNewFailure || rarer <= 0.01) return 'high'
  return hasNewTemplate || rarer <= 0.1 || agreeing >= 3 || sessions >= MANY_SESSIONS ? 'medium' : 'low'
}

/** Whether the log itself calls a line an error or worse (syslog 0..3), or it has a word of failure (those of the reference system). */
export function speaksOfFailure(template: string, gravest: number): boolean {
  return (gravest >= 0 && gravest <= 3) || /error|fail|exception|panic|fatal/i.test(template)
}
