import type { ParsedLog, ParsedLogColumn, ParsedLogFile } from '@sp/log-table'
import { ReportError } from './errors.js'
import { cutText } from './plain-text.js'

/**
 * The rows of the parsed log; an opened `ParsedLogFile` is one. Codes of its batches index its own `templates`; a
 * report tells templates apart by id, so its table need not be the one the scores were made with.
 */
export type ReportRows = Pick<ParsedLogFile, 'batches' | 'templates'>

/** A row as a report keeps it. */
export interface KeptRow {
  readonly row: number
  readonly lineNo: number
  /** NaN when the row has none. */
  readonly time: number
  readonly text: string
  readonly cutCharacters: number
}

/** The rows of one template within a finding. */
export interface TemplateRows {
  /** All of them. */
  count: number
  /** Gravest syslog severity, −1 where no row has one. */
  gravest: number
  /** The first three. */
  readonly first: KeptRow[]
  last: KeptRow | null
  /** The longest stretch of the finding without the template, and the rows of the template at its ends. */
  silence: { rows: number; before: KeptRow | null; after: KeptRow | null }
}

/** What a report needs of a finding's rows, collected in one pass. */
export interface FindingRows {
  readonly firstLineNo: number
  readonly lastLineNo: number
  /** NaN when no row has a time. */
  readonly startTime: number
  readonly endTime: number
  /** Of the rows of the templates asked for; of all rows where there are none of those. */
  readonly hosts: ReadonlyMap<string, number>
  readonly processes: ReadonlyMap<string, number>
  /** By template id; of the templates asked for. */
  readonly templates: ReadonlyMap<string, TemplateRows>
}

/** Longest text of a row that a report keeps, in characters. */
const KEPT_CHARACTERS = 4000
const KEPT_FIRST_ROWS = 3
const COLUMNS: readonly ParsedLogColumn[] = ['lineNo', 'timestamp', 'host', 'process', 'severity', 'raw', 'template']

interface RowRange {
  readonly startRow: number
  readonly endRow: number
}

/** Reads the rows of a finding. Memory: one batch and what is kept, however long the finding is. */
export async function collectRows(
  log: ReportRows,
  range: RowRange,
  templateIds: Iterable<string>,
): Promise<FindingRows> {
  const templates = new Map<string, TemplateRows>()
  for (const id of templateIds) {
    templates.set(id, { count: 0, gravest: -1, first: [], last: null, silence: { rows: 0, before: null, after: null } })
  }
  const concerned = new NameCounts()
  const all = new NameCounts()
  let [firstLineNo, lastLineNo, startTime, endTime] = [-1, -1, NaN, NaN]
  await readRows(log, range, (batch, i, row) => {
    if (row === range.startRow) firstLineNo = batch.lineNo[i]
    lastLineNo = batch.lineNo[i]
    const time = batch.timestamp[i]
    if (Number.isNaN(startTime) || time < startTime) startTime = time
    if (Number.isNaN(endTime) || time > endTime) endTime = time
    all.add(batch, i)
    const rows = templates.get(log.templates[batch.template[i]]?.id)
    if (rows === undefined) return
    concerned.add(batch, i)
    addRow(rows, { batch, i, row, startRow: range.startRow })
  })
  for (const rows of templates.values()) endSilence(rows, null, range.endRow - (rows.last?.row ?? range.startRow))
  const { hosts, processes } = concerned.isEmpty ? all : concerned
  return { firstLineNo, lastLineNo, startTime, endTime, hosts, processes, templates }
}

/** Rows of a range that belong to none of the templates named. */
export async function collectContext(
  log: ReportRows,
  range: RowRange,
  without: ReadonlySet<string>,
): Promise<KeptRow[]> {
  const rows: KeptRow[] = []
  await readRows(log, range, (batch, i, row) => {
    if (!without.has(log.templates[batch.template[i]]?.id)) rows.push(keepRow(batch, i, row))
  })
  return rows
}

async function readRows(
  log: ReportRows,
  { startRow, endRow }: RowRange,
  visit: (batch: ParsedLog, i: number, row: number) => void,
): Promise<void> {
  let row = startRow
  for await (const batch of log.batches({ columns: COLUMNS, startRow, endRow })) {
    for (let i = 0; i < batch.rowCount; i++) visit(batch, i, row++)
  }
  if (row === endRow) return
  throw new ReportError(
    'rows-mismatch',
    `the log gave ${row - startRow} rows for ${startRow}..${endRow}; give the log that the scores were made from`,
  )
}

function addRow(rows: TemplateRows, at: { batch: ParsedLog; i: number; row: number; startRow: number }): void {
  const { batch, i, row, startRow } = at
  const kept = keepRow(batch, i, row)
  const severity = batch.severity[i]
  if (severity >= 0 && (rows.gravest < 0 || severity < rows.gravest)) rows.gravest = severity
  if (rows.first.length < KEPT_FIRST_ROWS) rows.first.push(kept)
  endSilence(rows, kept, row - (rows.last?.row ?? startRow))
  rows.last = kept
  rows.count++
}

function endSilence(rows: TemplateRows, after: KeptRow | null, length: number): void {
  if (length > rows.silence.rows) rows.silence = { rows: length, before: rows.last, after }
}

function keepRow(batch: ParsedLog, i: number, row: number): KeptRow {
  const [lineNo, time] = [batch.lineNo[i], batch.timestamp[i]]
  return { row, lineNo, time, ...cutText(batch.raw.at(i) ?? '', KEPT_CHARACTERS) }
}

/** How many rows have each host and each process. */
class NameCounts {
  readonly hosts = new Map<string, number>()
  readonly processes = new Map<string, number>()
  isEmpty = true

  add(batch: ParsedLog, i: number): void {
    this.isEmpty = false
    countName(this.hosts, batch.host.at(i))
    countName(this.processes, batch.process.at(i))
  }
}

function countName(counts: Map<string, number>, name: string | null): void {
  if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
}
