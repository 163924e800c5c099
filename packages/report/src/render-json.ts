import type { Report } from './report.js'

/** The report as JSON text with a final line end: the keys of {@link Report}, in its order, log text as it was. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
