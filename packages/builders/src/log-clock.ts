/** State of a {@link LogClock}: plain data, fit for JSON. */
export interface LogClockSnapshot {
  readonly latest: number | null
  readonly shift: number
  readonly isRestarted: boolean
}

/** Lines are out of order by seconds; what lies further back is another clock. */
const SET_BACK_MS = 60_000

/**
 * How much time has passed by the times that lines carry: never backwards, whatever they say.
 *
 * A line that is a little out of order happens when the latest one did. A time more than a minute before the latest one
 * is a clock that was set back, or the end of a date that was wrong: time goes on from there, and what came before stays
 * as long ago as it was. On a log in order the clock shows the times themselves.
 */
export class LogClock {
  #latest: number
  #shift: number
  #isRestarted: boolean

  /** A clock at its beginning, or where another one was. */
  constructor({ latest, shift, isRestarted }: LogClockSnapshot = { latest: null, shift: 0, isRestarted: false }) {
    this.#latest = latest ?? NaN
    this.#shift = shift
    this.#isRestarted = isRestarted
  }

  /** Milliseconds, of which only differences mean something; NaN before the first known time. */
  get now(): number {
    return this.#latest + this.#shift
  }

  /** Takes the time of the next line, NaN where it has none, and says what the clock shows then. */
  tick(time: number): number {
    if (Number.isNaN(time)) return this.now
    if (Number.isNaN(this.#latest)) this.#latest = time
    else if (this.#isRestarted || time < this.#latest - SET_BACK_MS) this.#goOnFrom(time)
    else if (time > this.#latest) this.#latest = time
    this.#isRestarted = false
    return this.now
  }

  /** What comes next is another source: no time passes to its first line. */
  restart(): void {
    this.#isRestarted = true
  }

  /** What the clock knows, for another one to go on from. */
  snapshot(): LogClockSnapshot {
    const latest = Number.isNaN(this.#latest) ? null : this.#latest
    return { latest, shift: this.#shift, isRestarted: this.#isRestarted }
  }

  #goOnFrom(time: number): void {
    this.#shift = this.now - time
    this.#latest = time
  }
}
