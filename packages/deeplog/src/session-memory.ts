import type { GatheredEvent } from '@sp/builders'
import { EventTrack } from './event-track.js'
import type { JudgedEvent } from './judged-event.js'

/** An event of a session that goes on, kept because it may have to be shown. */
export interface KeptEvent<Line> {
  readonly row: number
  /** Code of its template. */
  readonly template: number
  /** Code of the template before it; −1 at the beginning. */
  readonly after: number
  /** Vocabulary indices of what was likeliest there, likeliest first. */
  readonly expected: readonly number[]
  /** −ln of its probability; `null` for a new one. */
  readonly surprise: number | null
  readonly line: Line
}

/** A {@link SessionMemory} as plain JSON. */
export interface SessionMemorySnapshot<Line> {
  readonly events: readonly number[]
  /** `null` for a new event. */
  readonly surprise: readonly (number | null)[]
  readonly isHeadless: boolean
  readonly last: number
  readonly lastLine: number
  readonly first: Line
  readonly strangest: readonly KeptEvent<Line>[]
  readonly unknown: readonly KeptEvent<Line>[]
}

/** Events of a session that are kept of each sort. */
const KEPT = 3
/** What was expected there, at most. */
const EXPECTED = 3
/** One in seven: what is likelier is not worth showing. */
const LEAST_SURPRISE = 2

/** What is remembered of a session while it goes on: its events, and the lines that would speak against it. */
export class SessionMemory<Line> {
  readonly track: EventTrack
  /** Line of its first event. */
  readonly first: Line
  /** The most surprising events, most surprising first. */
  readonly strangest: KeptEvent<Line>[] = []
  /** The first events of each of the first unknown templates. */
  readonly unknown: KeptEvent<Line>[] = []
  /** Its events in the batch at hand, which are not judged yet. */
  readonly arrived: GatheredEvent[] = []
  /** It may have begun before the log: what comes first in it, and how much it is, says nothing. */
  isHeadless = false
  /** Code of the template of its latest event; −1 before the first. */
  last = -1
  /** Line number of its latest event. */
  lastLine = 0

  constructor(first: Line, track = new EventTrack()) {
    this.first = first
    this.track = track
  }

  /** The memory that a snapshot was taken of. */
  static restore<Line>(snapshot: SessionMemorySnapshot<Line>): SessionMemory<Line> {
    const { events, surprise, first, strangest, unknown, isHeadless, last, lastLine } = snapshot
    const track = new EventTrack(
      events,
      surprise.map((value) => value ?? Infinity),
    )
    const memory = new SessionMemory(first, track)
    memory.strangest.push(...strangest)
    memory.unknown.push(...unknown)
    memory.isHeadless = isHeadless
    memory.last = last
    memory.lastLine = lastLine
    return memory
  }

  /** Takes in what was said of its next event; `lineOf` is asked for only where the event is kept. */
  remember(judged: JudgedEvent, event: GatheredEvent, lineNo: number, lineOf: (event: GatheredEvent) => Line): void {
    const { surprise } = judged
    const { row, template } = event
    const after = this.last
    this.last = template
    this.lastLine = lineNo
    const isUnknown = surprise === Infinity
    const weakest = this.strangest.length < KEPT ? LEAST_SURPRISE : this.strangest[KEPT - 1].surprise!
    if (isUnknown ? this.#knowsUnknown(template) : surprise <= weakest) return
    const expected = [...judged.likeliest(EXPECTED)]
    const kept = { row, template, after, expected, surprise: isUnknown ? null : surprise, line: lineOf(event) }
    if (isUnknown) {
      this.unknown.push(kept)
      return
    }
    this.strangest.push(kept)
    // Sorting is stable: of equally surprising events the earlier stays before.
    this.strangest.sort((a, b) => b.surprise! - a.surprise!)
    this.strangest.length = Math.min(this.strangest.length, KEPT)
  }

  /** All of it as plain JSON. */
  snapshot(): SessionMemorySnapshot<Line> {
    return {
      events: [...this.track.events],
      surprise: this.track.surprise.map((value) => (value === Infinity ? null : value)),
      isHeadless: this.isHeadless,
      last: this.last,
      lastLine: this.lastLine,
      first: this.first,
      strangest: [...this.strangest],
      unknown: [...this.unknown],
    }
  }

  #knowsUnknown(template: number): boolean {
    return this.unknown.length === KEPT || this.unknown.some((kept) => kept.template === template)
  }
}
