import { ReportError } from './errors.js'
import type { Report } from './report.js'

/** What `report.json` holds: a report without its pictures. */
export type SavedReport = Omit<Report, 'pictures'>

/**
 * Reads the text of a `report.json`.
 * @param name of the file, for the message
 * @throws {ReportError} `bad-report` when it is no report, or of another version
 */
export function readReport(text: string, name: string): SavedReport {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ReportError('bad-report', `${name} is not JSON; give a report.json that "sp report" wrote`, { cause })
  }
  const { format, version, incidents, counts } = (value ?? {}) as Partial<SavedReport>
  if (format !== 'sp-report') {
    throw new ReportError('bad-report', `${name} is no report (its format is ${shown(format)}); give a report.json`)
  }
  if (version !== 2) {
    const seen = `${name} is of version ${shown(version)} of the format sp-report, expected 2`
    throw new ReportError('bad-report', `${seen}; write it anew with "sp report"`)
  }
  if (!Array.isArray(incidents) || typeof counts?.records !== 'number') {
    throw new ReportError('bad-report', `${name} lacks incidents or counts; write it anew with "sp report"`)
  }
  return value as SavedReport
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}
