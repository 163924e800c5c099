import { DAY_MS, daysFromCivil, daysInMonth } from './civil-time.js'

const ZERO = 48
const COLON = 58
const SPACE = 32

/**
 * Reads a line from left to right by character codes. Methods that read a value return −1 (or NaN for a
 * date) when it is not there or out of range, and move only when it is.
 */
export class LineScanner {
  line = ''
  at = 0

  /** Takes a new line. */
  start(line: string, at = 0): this {
    this.line = line
    this.at = at
    return this
  }

  /** Code of the character `ahead` places on; NaN behind the end. */
  code(ahead = 0): number {
    return this.line.charCodeAt(this.at + ahead)
  }

  /** Steps over one character if it is this one. */
  skip(code: number): boolean {
    if (this.line.charCodeAt(this.at) !== code) return false
    this.at++
    return true
  }

  /** Steps over spaces; says how many. */
  skipSpaces(): number {
    const from = this.at
    while (this.line.charCodeAt(this.at) === SPACE) this.at++
    return this.at - from
  }

  /** Exactly `count` digits. */
  digits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) {
      const digit = this.line.charCodeAt(this.at + i) - ZERO
      if (!(digit >= 0 && digit <= 9)) return -1
      value = value * 10 + digit
    }
    this.at += count
    return value
  }

  /** One digit or more, at most `most`. */
  integer(most = 15): number {
    let value = 0
    let count = 0
    for (; count < most; count++) {
      const digit = this.line.charCodeAt(this.at + count) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
    }
    if (count === 0) return -1
    this.at += count
    return value
  }

  /** `HH:MM:SS` as milliseconds of the day; second 60 is allowed. */
  clock(separator = COLON): number {
    const from = this.at
    const hour = this.digits(2)
    if (hour < 0 || hour > 23 || !this.skip(separator)) return this.#back(from)
    const minute = this.digits(2)
    if (minute < 0 || minute > 59 || !this.skip(separator)) return this.#back(from)
    const second = this.digits(2)
    if (second < 0 || second > 60) return this.#back(from)
    return (hour * 3600 + minute * 60 + second) * 1000
  }

  /** A fraction of a second with its `.` or `,` as milliseconds, 0 when there is none. Up to nine digits count. */
  fractionMs(): number {
    const mark = this.line.charCodeAt(this.at)
    if (mark !== 46 && mark !== 44) return 0
    const from = this.at + 1
    let value = 0
    let at = from
    for (; at < from + 9; at++) {
      const digit = this.line.charCodeAt(at) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
    }
    if (at === from) return 0
    this.at = at
    return (value * 1000) / POWERS[at - from]
  }

  /** `YYYY-MM-DD` as milliseconds of its midnight UTC, or NaN. */
  date(separator: number): number {
    const from = this.at
    const year = this.digits(4)
    if (year >= 0 && this.skip(separator)) {
      const month = this.digits(2)
      if (month >= 1 && month <= 12 && this.skip(separator)) {
        const day = this.digits(2)
        if (day >= 1 && day <= daysInMonth(month, year)) return daysFromCivil(year, month, day) * DAY_MS
      }
    }
    this.at = from
    return NaN
  }

  /** `Z`, `+09:00`, `+0900` or `+09` as milliseconds east of UTC; 0 when there is none. */
  zoneMs(): number {
    const sign = this.line.charCodeAt(this.at)
    if (sign === 90 /* Z */) {
      this.at++
      return 0
    }
    if (sign !== 43 && sign !== 45) return 0
    const from = this.at++
    const hours = this.digits(2)
    if (hours < 0) {
      this.at = from
      return 0
    }
    if (this.code() === COLON && this.code(1) >= ZERO && this.code(1) <= ZERO + 9) this.at++
    const minutes = Math.max(0, this.digits(2))
    const east = (hours * 60 + minutes) * 60_000
    return sign === 45 ? -east : east
  }

  /** An English month of three letters, 1..12. */
  month(): number {
    const key = (this.code() << 16) | (this.code(1) << 8) | this.code(2)
    const month = MONTHS.get(key)
    if (month === undefined) return -1
    this.at += 3
    return month
  }

  /** The text up to a space or the end, without moving behind the space; empty at a space. */
  word(): string {
    const space = this.line.indexOf(' ', this.at)
    const end = space < 0 ? this.line.length : space
    const word = this.line.slice(this.at, end)
    this.at = end
    return word
  }

  #back(to: number): -1 {
    this.at = to
    return -1
  }
}

const POWERS = Array.from({ length: 10 }, (_, digits) => 10 ** digits)

const MONTHS = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    index + 1,
  ]),
)
