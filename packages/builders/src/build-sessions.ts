import type { ParsedLog } from '@sp/log-table'
import { BuildersError } from './errors.js'
import { GrowingArray } from './growing-array.js'
import type { SessionKey } from './session-key.js'
import type { Sessions } from './sessions.js'
import { UNK } from './vocabulary.js'

/** What of a parsed log sessions need; `raw` only where a key is looked for in lines. */
export type SessionColumns = Pick<ParsedLog, 'rowCount' | 'source' | 'host' | 'process' | 'timestamp' | 'template'> &
  Partial<Pick<ParsedLog, 'raw'>>

/** How lines are gathered into sessions. */
export interface SessionOptions {
  /** What groups lines. Default: the process that wrote them, on its host, in its file. */
  readonly key?: SessionKey
  /** A silence longer than this ends a session, in milliseconds; default never. */
  readonly timeoutMs?: number
  /** Events after which a session goes on as another of the same key; default never. */
  readonly maxEvents?: number
  /** Vocabulary index of a template code; asked once a code, when the last row was read. Default: code + 2. */
  readonly eventOf?: (template: number) => number
  /** Number of the first row, where the batches are a later part of a stream; default 0. */
  readonly firstRow?: number
}

/** Sessions, and how many rows belong to none because they name no key. */
export interface SessionBuild {
  readonly sessions: Sessions
  readonly rowsWithoutKey: number
}

/**
 * Gathers rows into sessions, in order of their first row; events in the order of the log.
 * Without a key no session crosses a source, host or process. Memory is O(rows), 24 bytes each.
 * @throws {BuildersError} `bad-session-key` when the timeout or `maxEvents` is not positive, or a key is wanted of rows without `raw`
 */
export async function buildSessions(
  batches: AsyncIterable<SessionColumns> | Iterable<SessionColumns>,
  {
    key,
    timeoutMs = Infinity,
    maxEvents = Infinity,
    eventOf = (template) => template + 2,
    firstRow = 0,
  }: SessionOptions = {},
): Promise<SessionBuild> {
  if (!(timeoutMs > 0)) {
    throw new BuildersError('bad-session-key', `session timeout ${timeoutMs} ms, expected a positive number`)
  }
  if (!(maxEvents >= 1)) {
    throw new BuildersError('bad-session-key', `sessions of at most ${maxEvents} events, expected 1 or more`)
  }
  const gatherer = new SessionGatherer({ timeoutMs, maxEvents })
  let row = firstRow
  let rowsWithoutKey = 0
  for await (const batch of batches) {
    const keysOf = key ? keysOfLine(batch, key) : entityOf(batch)
    for (let i = 0; i < batch.rowCount; i++, row++) {
      const keys = keysOf(i)
      if (keys.length === 0) rowsWithoutKey++
      for (const name of keys) gatherer.add(name, { template: batch.template[i], row, time: batch.timestamp[i] })
    }
  }
  return { sessions: gatherer.finish(eventOf), rowsWithoutKey }
}

function keysOfLine({ raw, source }: SessionColumns, key: SessionKey): (i: number) => string[] {
  if (!raw) throw new BuildersError('bad-session-key', `rows without the column raw; "${key.name}" is looked for in it`)
  return (i) => key.keysOf(raw.at(i) ?? '', source.at(i) ?? '')
}

/** Sources, hosts and processes recur, so their names are joined once a combination. */
function entityOf({ source, host, process }: SessionColumns): (i: number) => string[] {
  const names = new Map<string, string[]>()
  return (i) => {
    const codes = `${source.codes[i]} ${host.codes[i]} ${process.codes[i]}`
    let name = names.get(codes)
    if (name === undefined) {
      name = [[source.at(i), host.at(i), process.at(i)].filter((part) => part !== null).join('/')]
      names.set(codes, name)
    }
    return name
  }
}

class SessionGatherer {
  readonly #keys: string[] = []
  readonly #lengths: number[] = []
  /** Session of each event, in the order of the log. */
  readonly #session = new GrowingArray(Int32Array)
  readonly #template = new GrowingArray(Int32Array)
  readonly #row = new GrowingArray(Int32Array)
  readonly #time = new GrowingArray(Float64Array)
  readonly #open = new Map<string, { session: number; lastTime: number }>()

  constructor(private readonly limits: { readonly timeoutMs: number; readonly maxEvents: number }) {}

  add(key: string, { template, row, time }: { template: number; row: number; time: number }): void {
    let open = this.#open.get(key)
    const { timeoutMs, maxEvents } = this.limits
    // A time that is not known (NaN) compares as false and ends nothing.
    const isOver = open && (time - open.lastTime > timeoutMs || this.#lengths[open.session] >= maxEvents)
    if (open === undefined || isOver) {
      open = { session: this.#keys.push(key) - 1, lastTime: NaN }
      this.#lengths.push(0)
      this.#open.set(key, open)
    }
    if (!Number.isNaN(time)) open.lastTime = time
    this.#lengths[open.session]++
    this.#session.push(open.session)
    this.#template.push(template)
    this.#row.push(row)
    this.#time.push(time)
  }

  /** A counting sort by session, which keeps the order of the log within each. */
  finish(eventOf: (template: number) => number): Sessions {
    const count = this.#keys.length
    const offsets = new Int32Array(count + 1)
    this.#lengths.forEach((length, session) => (offsets[session + 1] = offsets[session] + length))
    const next = offsets.slice(0, count)
    const [session, template, row, time] = [this.#session, this.#template, this.#row, this.#time].map((column) =>
      column.toArray(),
    )
    const events = new Int32Array(session.length)
    const rows = new Int32Array(session.length)
    const times = new Float64Array(session.length)
    const eventOfCode = new Map<number, number>()
    for (let i = 0; i < session.length; i++) {
      const code = template[i]
      if (!eventOfCode.has(code)) eventOfCode.set(code, code < 0 ? UNK : eventOf(code))
      const place = next[session[i]]++
      events[place] = eventOfCode.get(code)!
      rows[place] = row[i]
      times[place] = time[i]
    }
    return { count, keys: this.#keys, offsets, events, rows, times }
  }
}
