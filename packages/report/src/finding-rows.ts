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
  /** The last, when it is none of those. */
  last: KeptRow | null
}

/** What a report needs of a finding's rows, collected in one pass. */
export interface FindingRows {
  firstLineNo: number
  lastLineNo: number
  /** NaN when no row has a time. */
  startTime: number
  endTime: number
  readonly hosts: Map<string, number>
  readonly processes: Map<string, number>
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
  for (const id of templateIds) templates.set(id, { count: 0, gravest: -1, first: [], last: null })
  const found: FindingRows = {
    firstLineNo: -1,
    lastLineNo: -1,
    startTime: NaN,
    endTime: NaN,
    hosts: new Map(),
    processes: new Map(),
    templates,
  }
  await readRows(log, range, (batch, i, row) => {
    if (row === range.startRow) found.firstLineNo = batch.lineNo[i]
    found.lastLineNo = batch.lineNo[i]
    const time = batch.timestamp[i]
    if (!(time >= found.startTime)) found.startTime = Number.isNaN(time) ? found.startTime : time
    if (!(time <= found.endTime)) found.endTime = Number.isNaN(time) ? found.endTime : time
    countName(found.hosts, batch.host.at(i))
    countName(found.processes, batch.process.at(i))
    const ofTemplate = templates.get(log.templates[batch.template[i]]?.id)
    if (ofTemplate !== undefined) addRow(ofTemplate, batch, i, row)
  })
  return found
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

function addRow(rows: TemplateRows, batch: ParsedLog, i: number, row: number): void {
  rows.count++
  const severity = batch.severity[i]
  if (severity >= 0 && (rows.gravest < 0 || severity < rows.gravest)) rows.gravest = severity
  if (rows.first.length < KEPT_FIRST_ROWS) rows.first.push(keepRow(batch, i, row))
  else rows.last = keepRow(batch, i, row)
}

function keepRow(batch: ParsedLog, i: number, row: number): KeptRow {
  return { row, lineNo: batch.lineNo[i], ...cutText(batch.raw.at(i) ?? '', KEPT_CHARACTERS) }
}

function countName(counts: Map<string, number>, name: string | null): void {
  if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
}
