import type { DetectionMetrics } from '@sp/evaluation'
import { number, percent, table } from './text.js'

/** How the findings compare with the labels. */
export function labelsText(metrics: DetectionMetrics): string {
  const rows = metrics.kinds.map(({ kind, found, incidents }) => [kind, `${found} of ${incidents}`])
  return [
    `compared with the labels: ${metrics.found} of ${metrics.incidents} incidents found (${percent(metrics.incidentRecall)}); ` +
      `${percent(metrics.precision)} of the ${number(metrics.flagged)} flagged windows hold a labelled line`,
    table([['kind', 'found'], ...rows], ['left', 'right']),
  ].join('\n')
}
