import type { Evidence } from '@sp/log-table'
import { type StrangeStep, strengthOf } from './step-results.js'
import type { StepTemplates } from './step-templates.js'
import { GAP, type UsualRanges } from './usual-ranges.js'

const NAME = 'deeplog'

/** A strange value as `deeplog_alerts.parquet` tells it. */
export interface ValueAlert {
  readonly templateId: string
  readonly lineNo: number
  readonly source: string
  /** Number of the parameter from 1, or `gap`. */
  readonly column: string
  readonly value: number
  /** Standard deviations from what was expected. */
  readonly deviations: number
}

/** Deviations tell how far a value lies, not how rare it is among held-out ones: below this a p-value would claim too much. */
const LEAST_P = 1e-4

type Table = Record<string, ArrayLike<unknown>>

/** The alerts on values: lines that are strange though their template is not. */
export function valueAlerts(alerts: Table): ValueAlert[] {
  return Array.from(alerts.alert_type ?? [], String).flatMap((type, a) => {
    const told = DETAILS.exec(String(alerts.details[a] ?? ''))
    if (type !== 'VALUE' || told === null) return []
    const [, parameter, value, deviations] = told
    return [
      {
        templateId: String(alerts.template_id[a] ?? ''),
        lineNo: Number(alerts.line_no[a]),
        source: String(alerts.source?.[a] ?? ''),
        column: parameter ?? GAP,
        value: Number(value),
        deviations: Number(deviations),
      },
    ]
  })
}

/** `parameter 2 is 93, 5.1 deviations …` or `seconds since the line before is 840, 7.0 deviations …`. */
const DETAILS = /^(?:parameter (\d+)|seconds since the line before) is (-?[\d.e+-]+), (-?[\d.]+) deviations/

/** Strange values as units of one record each. */
export function valueSteps(
  alerts: readonly ValueAlert[],
  about: {
    readonly templates: StepTemplates
    readonly ranges: UsualRanges
    readonly rowOf: (alert: ValueAlert) => number | undefined
  },
): StrangeStep[] {
  const { templates, ranges, rowOf } = about
  return alerts.flatMap((alert): StrangeStep[] => {
    const row = rowOf(alert)
    if (row === undefined) return []
    const pValue = Math.max(Math.exp(-(alert.deviations ** 2) / 2), LEAST_P)
    return [
      {
        unit: 'window',
        session: null,
        isFlagged: true,
        startRow: row,
        endRow: row + 1,
        keptRows: null,
        records: 1,
        score: strengthOf(pValue),
        pValue,
        detectors: [{ name: NAME, pValue }],
        evidence: [valueEvidence(alert, { row, surprise: strengthOf(pValue), templates, ranges })],
      },
    ]
  })
}

function valueEvidence(
  { templateId, column, value }: ValueAlert,
  {
    row,
    surprise,
    templates,
    ranges,
  }: { row: number; surprise: number; templates: StepTemplates; ranges: UsualRanges },
): Evidence {
  const template = templates.codeOf({ id: templateId, text: '' })
  const { low, high } = ranges.rangeOf(templateId, column)
  if (column === GAP) {
    return { kind: 'late', template, after: template, gapMs: value * 1000, usualMs: high * 1000, row, surprise }
  }
  return { kind: 'value', template, position: Number(column) - 1, value, low, high, row, surprise }
}
