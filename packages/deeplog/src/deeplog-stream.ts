import {
  SessionGatherer,
  type BatchRange,
  type ClosedSessions,
  type GatheredEvent,
  type SessionColumns,
  type SessionEnding,
  type SessionGathererOptions,
  type SessionGathererSnapshot,
} from '@sp/builders'
import type { Evidence, ParsedLog } from '@sp/log-table'
import { networkVoice, partScores, roundSurprise } from './deeplog-score.js'
import type { JudgedEvent } from './judged-event.js'
import { type FusedScores, type VoiceName, voicesAgainst } from './fusion.js'
import type { OpenDeepLog } from './open-deeplog.js'
import { SessionHabits, type SessionHabitsSnapshot } from './session-habits.js'
import { SessionMemory, type SessionMemorySnapshot } from './session-memory.js'
import { sessionEvidence } from './session-evidence.js'

/** How a stream of rows is gathered and what is kept of it. */
export interface DeepLogStreamOptions<Line> extends Pick<
  SessionGathererOptions,
  'key' | 'timeoutMs' | 'maxEvents' | 'maxOpen'
> {
  /** Vocabulary index of a template code. */
  readonly eventOf: (template: number) => number
  /** Template code of a vocabulary index that training held. */
  readonly templateOf: (event: number) => number
  /** What is kept of a line that may have to be shown; fit for JSON. */
  readonly lineOf: (batch: StreamColumns, event: GatheredEvent) => Line
  /** Surprise, −ln of a probability, above which an event is told; default all are. */
  readonly tellAbove?: number
}

/** A session that is over, as it was judged. */
export interface JudgedSession<Line> {
  readonly key: string
  readonly ending: SessionEnding
  /** It seems to have begun before the log did: only what it holds was judged, not what it lacks. */
  readonly isHeadless: boolean
  /** Row of the stream with which it ended: its verdict was not to be had before. */
  readonly endedBy: number
  /** Rows of its events. */
  readonly rows: Int32Array
  /** Line number of its last event within the source. */
  readonly lastLine: number
  /** Milliseconds since 1970, NaN where none is known. */
  readonly startTime: number
  readonly endTime: number
  /** −log10 of the smallest p-value of network and counting detectors. */
  readonly score: number
  readonly pValue: number
  readonly isAnomaly: boolean
  readonly voices: readonly { readonly name: VoiceName; readonly pValue: number }[]
  /** It would be strange if its kind had not become normal by now. */
  readonly isHabit: boolean
  /** Who spoke against it; empty for an ordinary one. */
  readonly against: readonly VoiceName[]
  /** Strongest first; empty for an ordinary one. */
  readonly evidence: readonly Evidence[]
  /** Lines of its first event and of those that evidence speaks of, by row. */
  readonly lines: ReadonlyMap<number, Line>
}

/** What the rows of a batch were judged as. */
export interface StreamedRows<Line> {
  /** One per row: the largest −ln of a probability of its events; 0 for new events, which are judged as such. */
  readonly surprise: Float64Array
  /** Sessions that are over, in the order in which they ended. */
  readonly sessions: readonly JudgedSession<Line>[]
  /** The events of the rows that are more surprising than `tellAbove`, session by session. */
  readonly events: readonly StreamedEvent[]
}

/** An event of a row and what the network said of it. */
export interface StreamedEvent extends GatheredEvent {
  /** Code of the template before it in its session; −1 at the beginning. */
  readonly after: number
  /** Its session seems to have begun before the log did. */
  readonly isHeadless: boolean
  readonly judged: JudgedEvent
}

/** What of a parsed log the stream needs. */
export type StreamColumns = SessionColumns & Pick<ParsedLog, 'lineNo'>

/** A {@link DeepLogStream} as plain JSON. */
export interface DeepLogStreamSnapshot<Line> {
  readonly gatherer: SessionGathererSnapshot
  readonly memories: readonly (readonly [session: number, memory: SessionMemorySnapshot<Line>])[]
  readonly habits: SessionHabitsSnapshot
  /** Earliest known time, `null` before it. */
  readonly firstTime: number | null
}

/**
 * DeepLog over the rows of one source while they come: every event is judged at once, every session when it is over.
 * What is said does not depend on how rows are cut into batches. Memory: the open sessions, at most `maxOpen`.
 */
export class DeepLogStream<Line> {
  readonly #opened: OpenDeepLog
  readonly #options: DeepLogStreamOptions<Line>
  readonly #gatherer: SessionGatherer
  readonly #memories = new Map<number, SessionMemory<Line>>()
  readonly #habits: SessionHabits
  /** Earliest known time of the source. */
  #firstTime: number
  /** The batch at hand, and the sessions that it brings events of. */
  #batch: StreamColumns | null = null
  #arrived: SessionMemory<Line>[] = []

  /**
   * A stream at its beginning; with a snapshot, one that goes on where another of the same options was.
   * @param opened the model; it may serve many streams
   */
  constructor(opened: OpenDeepLog, options: DeepLogStreamOptions<Line>, snapshot?: DeepLogStreamSnapshot<Line>) {
    this.#opened = opened
    this.#options = options
    const onEvent = (event: GatheredEvent) => this.#arrive(event)
    this.#gatherer = new SessionGatherer({ ...options, onEvent }, snapshot?.gatherer)
    this.#habits = new SessionHabits(opened.model, opened.kinds, snapshot?.habits)
    this.#firstTime = snapshot?.firstTime ?? NaN
    for (const [session, memory] of snapshot?.memories ?? []) {
      this.#memories.set(session, SessionMemory.restore(memory))
    }
  }

  /** Judges the next rows. */
  async push(batch: StreamColumns, range: BatchRange = { from: 0, to: batch.rowCount }): Promise<StreamedRows<Line>> {
    for (let i = range.from; i < range.to && Number.isNaN(this.#firstTime); i++) this.#firstTime = batch.timestamp[i]
    this.#batch = batch
    const closed = this.#gatherer.push(batch, range)
    const judged = await this.#judge(batch, range)
    this.#batch = null
    return { ...judged, sessions: this.#judgeClosed(closed) }
  }

  /** Judges the sessions that are still open: the log has ended. */
  flush(): readonly JudgedSession<Line>[] {
    return this.#judgeClosed(this.#gatherer.flush())
  }

  /** What the stream knows, for another one to go on from. */
  snapshot(): DeepLogStreamSnapshot<Line> {
    return {
      gatherer: this.#gatherer.snapshot(),
      memories: [...this.#memories].map(([session, memory]) => [session, memory.snapshot()] as const),
      habits: this.#habits.snapshot(),
      firstTime: Number.isNaN(this.#firstTime) ? null : this.#firstTime,
    }
  }

  #arrive(event: GatheredEvent): void {
    const memory = this.#memories.get(event.session) ?? this.#begin(event)
    if (memory.arrived.length === 0) this.#arrived.push(memory)
    memory.arrived.push(event)
    memory.track.events.push(this.#options.eventOf(event.template))
  }

  #begin(first: GatheredEvent): SessionMemory<Line> {
    const { eventOf, lineOf } = this.#options
    const memory = new SessionMemory(lineOf(this.#batch!, first))
    memory.isHeadless = this.#isHeadless(eventOf(first.template), this.#batch!.timestamp[first.i])
    this.#memories.set(first.session, memory)
    return memory
  }

  async #judge(
    batch: StreamColumns,
    { from, to }: BatchRange,
  ): Promise<Pick<StreamedRows<Line>, 'surprise' | 'events'>> {
    const { lineOf, tellAbove = -Infinity } = this.#options
    const memories = this.#arrived
    this.#arrived = []
    const judgements = await this.#opened.predictor.judge(memories.map(({ track }) => track))
    function lineOfEvent(event: GatheredEvent): Line {
      return lineOf(batch, event)
    }
    const surprise = new Float64Array(to - from)
    const events: StreamedEvent[] = []
    memories.forEach((memory, m) => {
      const { arrived, isHeadless } = memory
      arrived.forEach((event, e) => {
        const judged = judgements[m][e]
        if (judged.surprise > tellAbove) events.push({ ...event, after: memory.last, isHeadless, judged })
        if (judged.surprise < Infinity && !isHeadless) {
          const row = event.i - from
          surprise[row] = Math.max(surprise[row], roundSurprise(judged.surprise))
        }
        memory.remember(judged, event, batch.lineNo[event.i], lineOfEvent)
      })
      arrived.length = 0
    })
    return { surprise, events }
  }

  /**
   * Whether a session with this first event may have begun before the log: it is of those that something names, normal
   * ones hardly ever begin so, and the log has not gone on for longer than a normal one pauses.
   */
  #isHeadless(event: number, time: number): boolean {
    const { key, timeoutMs = Infinity } = this.#options
    return key !== undefined && !this.#opened.beginnings.has(event) && !(time - this.#firstTime > timeoutMs)
  }

  #judgeClosed(closed: ClosedSessions): JudgedSession<Line>[] {
    if (closed.count === 0) return []
    const memories = Array.from(closed.numbers, (number) => {
      const memory = this.#memories.get(number)!
      this.#memories.delete(number)
      return memory
    })
    const fused = this.#score(closed, memories)
    return memories.map((memory, s) => this.#judged(closed, s, { memory, fused }))
  }

  #score(closed: ClosedSessions, memories: readonly SessionMemory<Line>[]): FusedScores {
    const surprise = new Float64Array(closed.events.length)
    memories.forEach(({ track }, s) => surprise.set(track.surprise, closed.offsets[s]))
    const endSurprise = new Float64Array(closed.count)
    const { events: known, settings, calibration } = this.#opened.model
    const parts = partScores({ surprise, endSurprise }, { sessions: closed, known, settings })
    // What follows in a session of which the beginning was not seen could not be expected.
    const expectable = parts.surprise.map((nats, s) => (memories[s].isHeadless ? 0 : nats))
    return this.#opened.fusion.score(
      closed,
      networkVoice(calibration, expectable),
      (s) => closed.endings[s] === 'cut' || memories[s].isHeadless,
    )
  }

  #judged(
    closed: ClosedSessions,
    s: number,
    { memory, fused }: { memory: SessionMemory<Line>; fused: FusedScores },
  ): JudgedSession<Line> {
    const [from, to] = [closed.offsets[s], closed.offsets[s + 1]]
    const rows = closed.rows.subarray(from, to)
    const { startTime, endTime } = timeSpan(closed.times, from, to)
    const against = fused.isAnomaly[s] === 1 ? voicesAgainst(fused, s) : []
    const isStrange = against.length > 0
    const { isHabit, news } = this.#habits.add(closed.events.subarray(from, to), isStrange)
    const isAnomaly = isStrange && !isHabit
    const session = {
      rows,
      events: closed.events.subarray(from, to),
      times: closed.times.subarray(from, to),
      templates: closed.templates.subarray(from, to),
      templateOf: this.#options.templateOf,
      isUnfinished: closed.endings[s] === 'cut' || memory.isHeadless,
    }
    const opinion = { memory, fused, s, against, news, explainer: this.#opened.explainer }
    const evidence = isAnomaly ? sessionEvidence(session, opinion) : []
    const shown = isAnomaly ? [...memory.unknown, ...memory.strangest] : []
    return {
      key: closed.keys[s],
      ending: closed.endings[s],
      isHeadless: memory.isHeadless,
      endedBy: closed.endedBy[s],
      rows,
      lastLine: memory.lastLine,
      startTime,
      endTime,
      score: fused.score[s],
      pValue: fused.pValue[s],
      isAnomaly,
      isHabit,
      voices: fused.voices.map(({ name, pValue }) => ({ name, pValue: pValue[s] })),
      against: isAnomaly ? against : [],
      evidence,
      lines: new Map([[rows[0], memory.first] as const, ...shown.map(({ row, line }) => [row, line] as const)]),
    }
  }
}

/** Earliest and latest of the known times `from <= i < to`, NaN where none is known. */
function timeSpan(times: Float64Array, from: number, to: number): { startTime: number; endTime: number } {
  let [startTime, endTime] = [NaN, NaN]
  for (let i = from; i < to; i++) {
    // Negated, so that NaN (no time known yet) gives way.
    if (!Number.isNaN(times[i]) && !(startTime <= times[i])) startTime = times[i]
    if (!Number.isNaN(times[i]) && !(endTime >= times[i])) endTime = times[i]
  }
  return { startTime, endTime }
}
