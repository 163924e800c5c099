import { DAY_MS, daysFromCivil, isLeapYear } from './civil-time.js'

/** Where a {@link YearTracker} stands. */
export interface YearState {
  /** Year of the last date. */
  readonly year: number
  /** The last date, midnight in milliseconds since 1970-01-01 UTC; NaN before the first. */
  readonly previous: number
}

/**
 * Whether a tracker that began without a date before it has given the dates that it would have given behind one. For
 * pieces of a log that are read before it is known what stands in front of them.
 * @param first date that the tracker gave, {@link YearTracker.first}
 * @param guess the year that it began with
 * @param actual what stands before
 */
export function givesSameDates(first: number, guess: number, actual: YearState): boolean {
  if (Number.isNaN(first)) return true
  const day = new Date(first)
  const isNearLeapDay = Math.abs(day.getUTCMonth() * 31 + day.getUTCDate() - 60) <= 2
  return guess === actual.year && !isNearLeapDay && !(Math.abs(first - actual.previous) > HALF_YEAR_MS)
}

const HALF_YEAR_MS = 183 * DAY_MS
const WEEK_MS = 7 * DAY_MS

/**
 * Gives the dates of a log that names no years their year, in the order of the lines.
 * A step back by more than half a year is a new year; a line that stands up to a week back across the turn of the
 * year is late, not a new year. A 29 February in a year without one moves the year of a first line back to the nearest that has one; on a later line it
 * is the day after the 28th, 1 March.
 */
export class YearTracker {
  #year: number
  #previous: number
  #first = NaN
  #key = -1
  #dayStart = NaN

  /**
   * A tracker before its first line.
   * @param year of the first line
   * @param previous the date before it, where there is one: midnight in milliseconds since 1970-01-01 UTC
   */
  constructor(year: number, previous = NaN) {
    this.#year = year
    this.#previous = previous
  }

  /** What a tracker must know to go on from here. */
  get state(): YearState {
    return { year: this.#year, previous: this.#previous }
  }

  /** The first date, midnight in milliseconds since 1970-01-01 UTC; NaN before it. */
  get first(): number {
    return this.#first
  }

  /** Midnight UTC of a date, in milliseconds. Cheap while the date stays the same. */
  dayStart(month: number, day: number): number {
    const key = month * 32 + day
    if (key !== this.#key) {
      this.#key = key
      this.#dayStart = this.#resolve(month, day)
    }
    return this.#dayStart
  }

  #resolve(month: number, day: number): number {
    let time = daysFromCivil(this.#year, month, day) * DAY_MS
    if (time < this.#previous - HALF_YEAR_MS) {
      this.#year++
      time = daysFromCivil(this.#year, month, day) * DAY_MS
    } else if (time > this.#previous + HALF_YEAR_MS) {
      const yearBefore = daysFromCivil(this.#year - 1, month, day) * DAY_MS
      if (yearBefore >= this.#previous - WEEK_MS) return yearBefore
    }
    // A year that lines before have had is not changed under them: there the day after 28 February is 1 March.
    if (month === 2 && day === 29 && !isLeapYear(this.#year) && Number.isNaN(this.#previous)) {
      while (!isLeapYear(this.#year)) this.#year--
      time = daysFromCivil(this.#year, month, day) * DAY_MS
    }
    this.#previous = time
    if (Number.isNaN(this.#first)) this.#first = time
    return time
  }
}
