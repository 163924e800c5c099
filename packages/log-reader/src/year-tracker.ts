import { DAY_MS, daysFromCivil, isLeapYear } from './civil-time.js'

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
  #previous = NaN
  #key = -1
  #dayStart = NaN

  /**
   * A tracker before its first line.
   * @param year of the first line
   */
  constructor(year: number) {
    this.#year = year
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
    return time
  }
}
