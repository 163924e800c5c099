import type { ParsedLog } from './parsed-log.js'
import { severityName } from './severity.js'
import type { TemplateTable } from './template-table.js'

/** A row of `parsed.parquet` as `preview.json` shows it: the names on disk, a time as ISO 8601 text without zone. */
export interface PreviewRow {
  readonly line_no: number
  readonly timestamp: string | null
  readonly host: string | null
  readonly process: string | null
  readonly raw: string
  readonly masked: string
  readonly template_id: string | null
  readonly template: string | null
  readonly pid: number | null
  readonly severity: string | null
  readonly source: string | null
  readonly byte_offset: number | null
  readonly parameters: readonly { readonly type: string; readonly value: string }[]
}

/**
 * The first rows of a batch as plain objects.
 * @param templates the table of the batch's stream; a code without an entry gives null
 * @param count most rows; default 10, as in the reference format
 */
export function previewRows(
  batch: ParsedLog,
  { templates, count = 10 }: { readonly templates: TemplateTable; readonly count?: number },
): PreviewRow[] {
  return Array.from({ length: Math.min(count, batch.rowCount) }, (_, row) => previewRow(batch, templates, row))
}

function previewRow(batch: ParsedLog, templates: TemplateTable, row: number): PreviewRow {
  const template = templates[batch.template[row]]
  return {
    line_no: batch.lineNo[row],
    timestamp: isoTime(batch.timestamp[row]),
    host: batch.host.at(row),
    process: batch.process.at(row),
    raw: batch.raw.at(row) ?? '',
    masked: batch.masked.at(row) ?? '',
    template_id: template?.id ?? null,
    template: template?.text ?? null,
    pid: batch.pid[row] === -1 ? null : batch.pid[row],
    severity: severityName(batch.severity[row]),
    source: batch.source.at(row),
    byte_offset: orNull(batch.byteOffset[row]),
    parameters: batch.parameters.at(row).map(({ type, value }) => ({ type, value })),
  }
}

/** `2024-01-31T23:59:59.000`: milliseconds, no zone, since the log named none. */
function isoTime(timestamp: number): string | null {
  return Number.isNaN(timestamp) ? null : new Date(timestamp).toISOString().slice(0, -1)
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
