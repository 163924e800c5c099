import { readTable, writeTable } from '@sp/log-table'
import type { Sessions } from '@sp/builders'
import { PipelineError } from '../errors.js'

/**
 * The rows of `sequences.parquet`, in the order of the log: a row per event of a session; a line that is in two sessions
 * has two, a line that is in none has one.
 */
export interface SequenceTable {
  readonly count: number
  readonly lineNo: Int32Array
  /** NaN where the line has no time. */
  readonly timestamp: Float64Array
  readonly host: readonly (string | null)[]
  /** Vocabulary index. */
  readonly templateIndex: Int32Array
  readonly source: readonly (string | null)[]
  readonly process: readonly (string | null)[]
  /** Row of `parsed.parquet`. */
  readonly row: Int32Array
  /** Number of the session, from 0 in order of first rows; −1 for none. */
  readonly session: Int32Array
  /** Key of the session, `null` for none. */
  readonly sessionKey: readonly (string | null)[]
  /** `null` where a row has no template. */
  readonly templateId: readonly (string | null)[]
  readonly template: readonly (string | null)[]
}

/** Writes `sequences.parquet`; the first four columns are those of the reference system. */
export async function writeSequences(path: string, table: SequenceTable): Promise<void> {
  await writeTable(path, [
    { name: 'line_no', type: 'int32', data: table.lineNo },
    { name: 'timestamp', type: 'timestamp', data: table.timestamp },
    { name: 'host', type: 'string', data: table.host },
    { name: 'template_index', type: 'int32', data: table.templateIndex },
    { name: 'source', type: 'string', data: table.source },
    { name: 'process', type: 'string', data: table.process },
    { name: 'row', type: 'int32', data: table.row },
    { name: 'session', type: 'int32', data: Array.from(table.session, (s) => (s < 0 ? null : s)) },
    { name: 'session_key', type: 'string', data: table.sessionKey },
    { name: 'template_id', type: 'string', data: table.templateId },
    { name: 'template', type: 'string', data: table.template },
  ])
}

/**
 * Reads `sequences.parquet`.
 * @throws {PipelineError} `bad-folder` when it lacks columns
 * @throws {LogTableError} `missing-file`, `not-parquet`
 */
export async function readSequences(path: string): Promise<SequenceTable> {
  const columns = await readTable(path)
  function column<T>(name: string): ArrayLike<T | null> {
    if (columns[name]) return columns[name] as ArrayLike<T | null>
    const seen = Object.keys(columns).join(', ')
    throw new PipelineError('bad-folder', `${path} lacks the column ${name} (it has ${seen}); run "sp build-deeplog"`)
  }
  function numbers(name: string): number[] {
    return Array.from(column<number>(name), (value) => value ?? -1)
  }
  function texts(name: string): (string | null)[] {
    return Array.from(column<string>(name))
  }
  return {
    count: column('line_no').length,
    lineNo: Int32Array.from(numbers('line_no')),
    timestamp: Float64Array.from(column<number>('timestamp'), (value) => value ?? NaN),
    host: texts('host'),
    templateIndex: Int32Array.from(numbers('template_index')),
    source: texts('source'),
    process: texts('process'),
    row: Int32Array.from(numbers('row')),
    session: Int32Array.from(numbers('session')),
    sessionKey: texts('session_key'),
    templateId: texts('template_id'),
    template: texts('template'),
  }
}

/** The sessions of a table, and for each of their events its place in the table. */
export interface TableSessions {
  readonly sessions: Sessions
  readonly places: Int32Array
}

/** Gathers the rows of a table by session; `eventOf` gives the vocabulary index of the row at a place. */
export function sessionsOfTable(table: SequenceTable, eventOf: (place: number) => number): TableSessions {
  const count = table.session.reduce((most, session) => Math.max(most, session + 1), 0)
  const offsets = new Int32Array(count + 1)
  for (const session of table.session) if (session >= 0) offsets[session + 1]++
  for (let s = 0; s < count; s++) offsets[s + 1] += offsets[s]
  const places = new Int32Array(offsets[count])
  const next = offsets.slice()
  const keys = new Array<string>(count).fill('')
  table.session.forEach((session, place) => {
    if (session < 0) return
    places[next[session]++] = place
    keys[session] = table.sessionKey[place] ?? ''
  })
  const sessions: Sessions = {
    count,
    keys,
    offsets,
    events: places.map(eventOf),
    rows: places.map((place) => table.row[place]),
    times: Float64Array.from(places, (place) => table.timestamp[place]),
  }
  return { sessions, places }
}
