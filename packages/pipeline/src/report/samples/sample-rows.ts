import { type ParsedLogColumn, type ParsedLogFile, SEVERITY_NAMES } from '@sp/log-table'
import type { SampleLog } from '@sp/report'

const COLUMNS: readonly ParsedLogColumn[] = [
  'lineNo',
  'timestamp',
  'host',
  'process',
  'raw',
  'masked',
  'template',
  'severity',
  'source',
]
/** Longest text of a record in a sample, in characters. */
const MAX_CHARACTERS = 2000

/** A record of a sample with what its figures need. */
export interface SampleRow {
  readonly row: number
  readonly log: SampleLog
  /** Milliseconds since 1970, NaN without time. */
  readonly time: number
  readonly isError: boolean
  readonly isWarning: boolean
  readonly source: string
}

/** Reads the records `startRow <= row < endRow`, as far as the log has them. */
export async function readSampleRows(
  log: ParsedLogFile,
  { startRow, endRow }: { readonly startRow: number; readonly endRow: number },
): Promise<SampleRow[]> {
  const range = { startRow: Math.max(0, startRow), endRow: Math.min(log.rowCount, endRow) }
  const rows: SampleRow[] = []
  for await (const batch of log.batches({ columns: COLUMNS, ...range })) {
    for (let i = 0; i < batch.rowCount; i++) {
      const template = log.templates[batch.template[i]]
      const text = batch.raw.at(i) ?? ''
      const time = batch.timestamp[i]
      const severity = batch.severity[i]
      rows.push({
        row: range.startRow + rows.length,
        time,
        isError: severity >= 0 ? severity <= ERROR : ERROR_WORDS.test(text),
        isWarning: severity >= 0 ? severity === WARNING : WARNING_WORDS.test(text),
        source: batch.source.at(i) ?? '',
        log: {
          line_no: batch.lineNo[i],
          timestamp: isoText(time),
          host: batch.host.at(i),
          process: batch.process.at(i),
          raw_message: text.slice(0, MAX_CHARACTERS),
          masked_message: (batch.masked.at(i) ?? '').slice(0, MAX_CHARACTERS),
          template: template?.text ?? '',
          template_id: template?.id ?? '',
        },
      })
    }
  }
  return rows
}

const ERROR = SEVERITY_NAMES.indexOf('error')
const WARNING = SEVERITY_NAMES.indexOf('warning')
/** Words by which a line without a severity counts as an error or a warning, as in the reference system. */
const ERROR_WORDS = /error|fail|exception|panic|fatal/i
const WARNING_WORDS = /warn|deprecated/i

/** ISO 8601 without a zone; `null` for no time. */
export function isoText(time: number | null | undefined): string | null {
  if (time === null || time === undefined || Number.isNaN(time)) return null
  return new Date(time).toISOString().slice(0, -1)
}
