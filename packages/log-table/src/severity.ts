/** The names of the syslog severities (RFC 5424, §6.2.1); the index is the numeric code, 0 the gravest. */
export const SEVERITY_NAMES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const

/** A syslog severity by name. */
export type SeverityName = (typeof SEVERITY_NAMES)[number]

/** The name of a severity code 0..7, or `null` for −1 (the line names none). */
export function severityName(code: number): SeverityName | null {
  return SEVERITY_NAMES[code] ?? null
}
