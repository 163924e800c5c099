import { BuildersError } from './errors.js'
import { LogClock, type LogClockSnapshot } from './log-clock.js'
import { OpenSessions, type OpenSession } from './open-sessions.js'
import type { SessionKey } from './session-key.js'
import { type SessionColumns, SessionKeys } from './session-keys.js'
import type { Sessions } from './sessions.js'
import { UNK } from './vocabulary.js'
import type { BatchRange } from './window-counter.js'

/**
 * Why a session is over.
 * - `silence`: nothing of it came for longer than the timeout
 * - `full`: it has as many events as a session may have, and goes on as another
 * - `cut`: too many were open, and it was the one quiet for longest; neither its end nor its shortness means anything
 * - `log-end`: the log ended
 */
export type SessionEnding = 'silence' | 'full' | 'cut' | 'log-end'

/** Sessions that are over, in the order in which they ended. */
export interface ClosedSessions<Payload = null> extends Sessions {
  /** Why each is over. */
  readonly endings: readonly SessionEnding[]
  /** Number of each among all of the stream, by first row, from 0. */
  readonly numbers: Int32Array
  /** Row that ended each: the first after its silence, the one that was too many; at the end of the log the row after the last. */
  readonly endedBy: Int32Array
  /** Template code of each event, −1 where the row has none. */
  readonly templates: Int32Array
  /** What the caller gave each event to carry; empty without `payloadOf`. */
  readonly payloads: readonly Payload[]
}

/** How a stream of rows is gathered into sessions. */
export interface SessionGathererOptions<Payload = null> {
  /** What groups lines. Default: the process that wrote them, on its host, in its file. */
  readonly key?: SessionKey
  /** A silence longer than this ends a session, in milliseconds of log time; default never. */
  readonly timeoutMs?: number
  /** Events after which a session goes on as another of the same key; default 10,000. */
  readonly maxEvents?: number
  /** Sessions that may be open at once; default 10,000. */
  readonly maxOpen?: number
  /** Vocabulary index of a template code; asked when a session is over. Default: code + 2. */
  readonly eventOf?: (template: number) => number
  /** Number of the first row, where the rows are a later part of a stream; default 0. */
  readonly firstRow?: number
  /** What the event of a row shall carry until its session is over, such as the raw line; fit for JSON. */
  readonly payloadOf?: (batch: SessionColumns, i: number) => Payload
  /** Told of each event as it joins a session: for those who judge sessions that go on. */
  readonly onEvent?: (event: GatheredEvent) => void
}

/** An event that has joined a session. */
export interface GatheredEvent {
  /** Number of the session among all of the stream, as in {@link ClosedSessions.numbers}. */
  readonly session: number
  /** Row within the batch, and number of the row in the stream. */
  readonly i: number
  readonly row: number
  /** Template code, −1 where the row has none. */
  readonly template: number
}

/** State of a {@link SessionGatherer}: plain data, fit for JSON. */
export interface SessionGathererSnapshot<Payload = null> {
  readonly nextRow: number
  readonly source: string
  readonly clock: LogClockSnapshot
  readonly opened: number
  readonly rowsWithoutKey: number
  /** Quiet for longest first; times `null` where unknown. */
  readonly open: readonly {
    readonly key: string
    readonly number: number
    readonly lastSeen: number | null
    readonly templates: readonly number[]
    readonly rows: readonly number[]
    readonly times: readonly (number | null)[]
    readonly payloads: readonly Payload[]
  }[]
}

/**
 * Gathers rows into sessions, one batch after the other, and gives out each session when it is over. Time is that of a
 * {@link LogClock}: any row that comes ends the sessions that have been silent for too long. Results do not depend on
 * how rows are cut into batches. Memory: the open sessions, at most `maxOpen · maxEvents` events.
 */
export class SessionGatherer<Payload = null> {
  readonly #options: SessionGathererOptions<Payload>
  readonly #limits: { readonly timeoutMs: number; readonly maxEvents: number; readonly maxOpen: number }
  readonly #keys: SessionKeys
  readonly #clock: LogClock
  readonly #open = new OpenSessions<Payload>()
  #nextRow: number
  #source = ''
  #opened = 0
  #rowsWithoutKey = 0

  /**
   * A gatherer at the beginning of a stream; with a snapshot it goes on where another one of the same options was.
   * @throws {BuildersError} `bad-session-key` when a limit is not positive
   */
  constructor(options: SessionGathererOptions<Payload> = {}, snapshot?: SessionGathererSnapshot<Payload>) {
    const { key, timeoutMs = Infinity, maxEvents = MOST_EVENTS, maxOpen = MOST_OPEN, firstRow = 0 } = options
    requireLimit(timeoutMs > 0, `session timeout ${timeoutMs} ms, expected a positive number`)
    requireLimit(maxEvents >= 1, `sessions of at most ${maxEvents} events, expected 1 or more`)
    requireLimit(maxOpen >= 1, `at most ${maxOpen} open sessions, expected 1 or more`)
    this.#options = options
    this.#limits = { timeoutMs, maxEvents, maxOpen }
    this.#keys = new SessionKeys(key)
    this.#clock = new LogClock(snapshot?.clock)
    this.#nextRow = firstRow
    if (snapshot !== undefined) this.#restore(snapshot)
  }

  /** Rows so far that belong to no session because they name no key. */
  get rowsWithoutKey(): number {
    return this.#rowsWithoutKey
  }

  /** Number of the next row. */
  get nextRow(): number {
    return this.#nextRow
  }

  /** Sessions that are open. */
  get openCount(): number {
    return this.#open.count
  }

  /**
   * Takes the next rows and gives out the sessions that they end.
   * @throws {BuildersError} `bad-session-key` when a key is wanted of rows without `raw`
   */
  push(batch: SessionColumns, { from, to }: BatchRange = { from: 0, to: batch.rowCount }): ClosedSessions<Payload> {
    const closed: Closed<Payload>[] = []
    const keysOf = this.#keys.reader(batch)
    for (let i = from; i < to; i++) {
      this.#enterSource(batch.source.at(i) ?? '')
      this.#tick(batch.timestamp[i])
      this.#endSilent(closed)
      const keys = keysOf(i)
      if (keys.length === 0) this.#rowsWithoutKey++
      else this.#add(keys, { batch, i, closed })
      this.#nextRow++
    }
    return closedSessions(closed, this.#options.eventOf)
  }

  /** The sessions that are still open, quiet for longest first; the log has ended. */
  flush(): ClosedSessions<Payload> {
    const closed: Closed<Payload>[] = []
    while (this.#open.count > 0) this.#end(this.#open.takeQuietest(), 'log-end', closed)
    return closedSessions(closed, this.#options.eventOf)
  }

  /** What the gatherer knows, for another one to go on from. */
  snapshot(): SessionGathererSnapshot<Payload> {
    return {
      nextRow: this.#nextRow,
      source: this.#source,
      clock: this.#clock.snapshot(),
      opened: this.#opened,
      rowsWithoutKey: this.#rowsWithoutKey,
      open: this.#open.quietestFirst().map(({ key, number, lastSeen, templates, rows, times, payloads }) => ({
        key,
        number,
        lastSeen: timeOrNull(lastSeen),
        templates: [...templates],
        rows: [...rows],
        times: times.map(timeOrNull),
        payloads: [...payloads],
      })),
    }
  }

  #restore({ nextRow, source, opened, rowsWithoutKey, open }: SessionGathererSnapshot<Payload>): void {
    this.#nextRow = nextRow
    this.#source = source
    this.#opened = opened
    this.#rowsWithoutKey = rowsWithoutKey
    for (const { key, number, lastSeen, templates, rows, times, payloads } of open) {
      const session = this.#open.open(key, number)
      session.lastSeen = lastSeen ?? NaN
      session.templates.push(...templates)
      session.rows.push(...rows)
      for (const time of times) session.times.push(time ?? NaN)
      session.payloads.push(...payloads)
    }
  }

  #enterSource(source: string): void {
    if (source === this.#source) return
    if (this.#nextRow > (this.#options.firstRow ?? 0)) this.#clock.restart()
    this.#source = source
  }

  #tick(time: number): void {
    const wasUnknown = Number.isNaN(this.#clock.now)
    this.#clock.tick(time)
    // What came before the first known time is as old as that.
    if (wasUnknown) for (const session of this.#open.quietestFirst()) session.lastSeen = this.#clock.now
  }

  #endSilent(closed: Closed<Payload>[]): void {
    const { now } = this.#clock
    // A time that is not known (NaN) compares as false and ends nothing.
    while (this.#open.quietest !== null && now - this.#open.quietest.lastSeen > this.#limits.timeoutMs) {
      this.#end(this.#open.takeQuietest(), 'silence', closed)
    }
  }

  #add(
    keys: readonly string[],
    { batch, i, closed }: { batch: SessionColumns; i: number; closed: Closed<Payload>[] },
  ): void {
    const { payloadOf, onEvent } = this.#options
    for (const key of keys) {
      const session = this.#open.get(key) ?? this.#begin(key, closed)
      onEvent?.(new JoinedEvent(session.number, i, this.#nextRow, batch.template[i]))
      session.templates.push(batch.template[i])
      session.rows.push(this.#nextRow)
      session.times.push(batch.timestamp[i])
      if (payloadOf !== undefined) session.payloads.push(payloadOf(batch, i))
      session.lastSeen = this.#clock.now
      this.#open.touch(session)
      if (session.rows.length < this.#limits.maxEvents) continue
      this.#open.take(session)
      this.#end(session, 'full', closed)
    }
  }

  #end(session: OpenSession<Payload>, ending: SessionEnding, closed: Closed<Payload>[]): void {
    closed.push({ session, ending, endedBy: this.#nextRow })
  }

  #begin(key: string, closed: Closed<Payload>[]): OpenSession<Payload> {
    if (this.#open.count >= this.#limits.maxOpen) this.#end(this.#open.takeQuietest(), 'cut', closed)
    return this.#open.open(key, this.#opened++)
  }
}

/**
 * Of a class, since there is one a row: V8 takes object literals that once lived a little longer for long-lived ones, and
 * leaves them all to the slow collector. Of a stream of ten million rows that was a quarter of the memory.
 */
class JoinedEvent implements GatheredEvent {
  constructor(
    readonly session: number,
    readonly i: number,
    readonly row: number,
    readonly template: number,
  ) {}
}

const MOST_EVENTS = 10_000
const MOST_OPEN = 10_000

interface Closed<Payload> {
  readonly session: OpenSession<Payload>
  readonly ending: SessionEnding
  readonly endedBy: number
}

function requireLimit(isValid: boolean, message: string): void {
  if (!isValid) throw new BuildersError('bad-session-key', message)
}

/** Sessions as flat arrays. */
function closedSessions<Payload>(
  closed: readonly Closed<Payload>[],
  eventOf: (template: number) => number = (template) => template + 2,
): ClosedSessions<Payload> {
  const offsets = new Int32Array(closed.length + 1)
  closed.forEach(({ session }, s) => (offsets[s + 1] = offsets[s] + session.rows.length))
  const size = offsets[closed.length]
  const columns = { templates: new Int32Array(size), rows: new Int32Array(size), times: new Float64Array(size) }
  const payloads: Payload[] = []
  closed.forEach(({ session }, s) => {
    columns.templates.set(session.templates, offsets[s])
    columns.rows.set(session.rows, offsets[s])
    columns.times.set(session.times, offsets[s])
    for (const payload of session.payloads) payloads.push(payload)
  })
  return {
    count: closed.length,
    keys: closed.map(({ session }) => session.key),
    offsets,
    events: eventsOf(columns.templates, eventOf),
    ...columns,
    endings: closed.map(({ ending }) => ending),
    numbers: Int32Array.from(closed, ({ session }) => session.number),
    endedBy: Int32Array.from(closed, ({ endedBy }) => endedBy),
    payloads,
  }
}

/** The events of template codes; each code is asked for once, and a row without a template is an unknown event. */
export function eventsOf(templates: Int32Array, eventOf: (template: number) => number): Int32Array {
  const known = new Map<number, number>()
  return templates.map((code) => {
    if (code < 0) return UNK
    let event = known.get(code)
    if (event === undefined) known.set(code, (event = eventOf(code)))
    return event
  })
}

function timeOrNull(time: number): number | null {
  return Number.isNaN(time) ? null : time
}
