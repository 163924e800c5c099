import type { AlertRun, ValueScores } from '@sp/deeplog'
import type { TableColumn } from '@sp/log-table'
import type { JudgedSequences } from './judged-sequences.js'

/** One row of `deeplog_alerts.parquet`. */
export interface AlertRow {
  readonly alert_id: string
  /** Milliseconds since 1970; NaN where the line has no time. */
  readonly timestamp: number
  readonly line_no: number
  readonly source: string | null
  readonly entity: string
  /** `SEQ_FAIL`, `NOVELTY`, or `VALUE`: a number far from what its template is used to. */
  readonly alert_type: 'SEQ_FAIL' | 'NOVELTY' | 'VALUE'
  readonly template_id: string | null
  readonly session_id: string
  readonly k_of_n_failures: number
  /** What happened, in a sentence. */
  readonly details: string
  /** The original line; `null` where no parsed log was given. */
  readonly raw: string | null
}

/** The alerts of a run in the order of the log. */
export function alertRows(
  judged: JudgedSequences,
  run: AlertRun,
  {
    values,
    raw,
    cooldownMs,
  }: {
    values: ValueScores | null
    raw: readonly string[] | null
    /** Of strange values, an entity and a template each. */ cooldownMs: number
  },
): AlertRow[] {
  const { table } = judged
  function rowOf(event: number, rest: Pick<AlertRow, 'alert_id' | 'alert_type' | 'k_of_n_failures' | 'details'>) {
    const place = judged.places[event]
    return {
      place,
      row: {
        timestamp: table.timestamp[place],
        line_no: table.lineNo[place],
        source: table.source[place],
        entity: judged.entity[event],
        template_id: table.templateId[place],
        session_id: run.sessionId[event],
        raw: raw?.[table.row[place]] ?? null,
        ...rest,
      },
    }
  }
  const rows = run.alerts.map(({ id, type, event, failures }) =>
    rowOf(event, {
      alert_id: id,
      alert_type: type,
      k_of_n_failures: failures,
      details: type === 'NOVELTY' ? judged.noveltyDetails(event) : judged.failureDetails(event, failures),
    }),
  )
  if (values) {
    const told = new Map<string, number>()
    const eventOfRow = new Map(Array.from(judged.places, (place, event) => [table.row[place], event] as const))
    values.rows.forEach((row, i) => {
      const event = eventOfRow.get(row)
      if (!values.isStrange[i] || event === undefined) return
      const about = `${judged.entity[event]} ${table.templateId[judged.places[event]]}`
      const time = table.timestamp[judged.places[event]]
      if (told.has(about) && !(time - told.get(about)! >= cooldownMs)) return
      told.set(about, time)
      const what = values.column[i] === 'gap' ? 'seconds since the line before' : `parameter ${values.column[i]}`
      const details = `${what} is ${values.value[i]}, ${values.deviations[i].toFixed(1)} deviations from what was expected`
      rows.push(
        rowOf(event, {
          alert_id: judged.idOf('VALUE', event),
          alert_type: 'VALUE',
          k_of_n_failures: 0,
          details,
        }),
      )
    })
  }
  return rows.sort((a, b) => a.place - b.place).map(({ row }) => row)
}

/** The columns of `deeplog_alerts.parquet`; the first nine are those of the reference system. */
export function alertColumns(alerts: readonly AlertRow[]): TableColumn[] {
  const types: Readonly<Record<keyof AlertRow, TableColumn['type']>> = {
    alert_id: 'string',
    timestamp: 'timestamp',
    line_no: 'int32',
    entity: 'string',
    alert_type: 'string',
    template_id: 'string',
    session_id: 'string',
    k_of_n_failures: 'int32',
    details: 'string',
    source: 'string',
    raw: 'string',
  }
  return Object.entries(types).map(([name, type]) => ({
    name,
    type,
    data: alerts.map((alert) => alert[name as keyof AlertRow]),
  }))
}
