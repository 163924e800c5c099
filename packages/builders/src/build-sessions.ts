import { eventsOf, SessionGatherer, type ClosedSessions, type SessionGathererOptions } from './session-gatherer.js'
import type { SessionColumns } from './session-keys.js'
import type { Sessions } from './sessions.js'

/** How lines are gathered into sessions. */
export interface SessionOptions extends Pick<
  SessionGathererOptions,
  'key' | 'timeoutMs' | 'maxEvents' | 'eventOf' | 'firstRow'
> {
  /** Events after which a session goes on as another of the same key; default never. */
  readonly maxEvents?: number
  /** Vocabulary index of a template code; asked once a code, when the last row was read. Default: code + 2. */
  readonly eventOf?: (template: number) => number
  /** Whether a session with events in these rows is wanted; default all are. */
  readonly keeps?: (rows: Int32Array) => boolean
}

/** Sessions, and how many rows belong to none because they name no key. */
export interface SessionBuild {
  readonly sessions: Sessions
  readonly rowsWithoutKey: number
}

/**
 * Gathers rows into sessions, in order of their first row; events in the order of the log.
 * Without a key no session crosses a source, host or process; no time passes from one source to the next. A loop over
 * {@link SessionGatherer} without a limit of open sessions. Memory is O(rows), some 50 bytes each.
 * @throws {BuildersError} `bad-session-key` when the timeout or `maxEvents` is not positive, or a key is wanted of rows without `raw`
 */
export async function buildSessions(
  batches: AsyncIterable<SessionColumns> | Iterable<SessionColumns>,
  { eventOf = (template) => template + 2, maxEvents = Infinity, keeps, ...options }: SessionOptions = {},
): Promise<SessionBuild> {
  const gatherer = new SessionGatherer({ ...options, maxEvents, maxOpen: Infinity })
  const parts: ClosedSessions[] = []
  for await (const batch of batches) {
    const closed = gatherer.push(batch)
    if (closed.count > 0) parts.push(closed)
  }
  parts.push(gatherer.flush())
  return { sessions: inOrderOfFirstRow(parts, { eventOf, keeps }), rowsWithoutKey: gatherer.rowsWithoutKey }
}

function inOrderOfFirstRow(
  parts: readonly ClosedSessions[],
  { eventOf, keeps = () => true }: Required<Pick<SessionOptions, 'eventOf'>> & Pick<SessionOptions, 'keeps'>,
): Sessions {
  const all = parts.flatMap((part) => Array.from({ length: part.count }, (_, s) => ({ part, s })))
  const sessions = all.filter(({ part, s }) => keeps(part.rows.subarray(part.offsets[s], part.offsets[s + 1])))
  sessions.sort((a, b) => a.part.numbers[a.s] - b.part.numbers[b.s])
  const offsets = new Int32Array(sessions.length + 1)
  sessions.forEach(({ part, s }, i) => (offsets[i + 1] = offsets[i] + part.offsets[s + 1] - part.offsets[s]))
  const size = offsets[sessions.length]
  const columns = { templates: new Int32Array(size), rows: new Int32Array(size), times: new Float64Array(size) }
  sessions.forEach(({ part, s }, i) => {
    const [from, to] = [part.offsets[s], part.offsets[s + 1]]
    columns.templates.set(part.templates.subarray(from, to), offsets[i])
    columns.rows.set(part.rows.subarray(from, to), offsets[i])
    columns.times.set(part.times.subarray(from, to), offsets[i])
  })
  const { templates, rows, times } = columns
  const keys = sessions.map(({ part, s }) => part.keys[s])
  return { count: sessions.length, keys, offsets, events: eventsOf(templates, eventOf), rows, times }
}
