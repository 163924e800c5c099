import type { DetectionMetrics } from '@sp/evaluation'
import { number, percent, table } from './text.js'

/** How the flagged windows compare with the labels. */
export function labelsText(metrics: DetectionMetrics): string {
  const rows = metrics.perKind.map(({ kind, found, incidents }) => [kind, `${found} of ${incidents}`])
  const precision = metrics.precision === null ? 'no window was flagged' : precisionText(metrics, metrics.precision)
  return [
    `compared with the labels: ${metrics.found} of ${metrics.incidents} incidents found; ${precision}`,
    table([['kind', 'found'], ...rows], ['left', 'right']),
  ].join('\n')
}

function precisionText({ flagged, falseAlarms }: DetectionMetrics, precision: number): string {
  return `${percent(precision)} of the ${number(flagged)} flagged windows hold labelled lines, ${number(falseAlarms)} do not`
}
