import type { Finding } from '@sp/log-table'

/** Lines of one log, from 0, both ends included. */
export interface LineSpan {
  readonly firstLine: number
  readonly lastLine: number
}

/** Lines after an incident within which a finding still tells it: what is missing shows later. */
export const TOLD_WITHIN = 100

/**
 * Whether a finding tells of an incident. A window does where it reaches into it or begins soon after it. A session may be
 * as long as the log: it does where a line that is its evidence does, or where it lies around the incident as a whole
 * (what is missing has no line).
 */
export function tellsIncident(finding: Finding, { firstLine, lastLine }: LineSpan): boolean {
  function isNear(span: LineSpan): boolean {
    return span.firstLine <= lastLine + TOLD_WITHIN && span.lastLine >= firstLine
  }
  if (finding.unit === 'window') return isNear(finding)
  const isAround = finding.firstLine >= firstLine - TOLD_WITHIN && finding.lastLine <= lastLine + TOLD_WITHIN
  if (isAround && isNear(finding)) return true
  return finding.lines.some(
    ({ role, lineNo }) => role === 'evidence' && isNear({ firstLine: lineNo, lastLine: lineNo }),
  )
}

/** Of each incident, whether one of the findings tells it. */
export function toldIncidents(findings: readonly Finding[], incidents: readonly LineSpan[]): boolean[] {
  return incidents.map((incident) => findings.some((finding) => tellsIncident(finding, incident)))
}
