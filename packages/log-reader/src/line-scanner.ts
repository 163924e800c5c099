import { DAY_MS, daysFromCivil, daysInMonth } from './civil-time.js'

const ZERO = 48
const COLON = 58
const SPACE = 32
const NONE = new Uint8Array(0)
/** Bytes in which most of what is looked for stands. */
const NEAR = 256

/**
 * Reads a line from left to right by its bytes, which lie somewhere in a larger buffer. Methods that read a value
 * return −1 (or NaN for a date) when it is not there or out of range, and move only when it is. Nothing behind the end
 * of the line is seen. Positions count from the beginning of the buffer.
 */
export class LineScanner {
  /** UTF-8. */
  bytes: Uint8Array = NONE
  /** First byte of the line. */
  from = 0
  /** Behind the last byte of the line. */
  end = 0
  at = 0
  /** The date that {@link midnight} was asked for last, as one number, and its answer: lines in a row mostly agree. */
  #date = -1
  #midnight = NaN

  /** Takes a new line. */
  start(bytes: Uint8Array, from = 0, end = bytes.length): this {
    this.bytes = bytes
    this.from = from
    this.end = end
    this.at = from
    return this
  }

  /** The line as a string. */
  text(): string {
    return this.slice(this.from, this.end)
  }

  /** A piece of the line as a string. */
  slice(from: number, to: number): string {
    const { bytes } = this
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', from, to)
  }

  /** The byte `ahead` places on; −1 behind the end. */
  code(ahead = 0): number {
    return this.codeAt(this.at + ahead)
  }

  /** The byte at a position; −1 behind the end. */
  codeAt(at: number): number {
    return at < this.end ? this.bytes[at] : -1
  }

  /** Whether a position is that of a figure. */
  isDigitAt(at: number): boolean {
    if (at >= this.end) return false
    const code = this.bytes[at]
    return code >= ZERO && code <= ZERO + 9
  }

  /** Where a byte stands, from a position on; −1 when it does not. */
  find(code: number, from = this.at): number {
    const { bytes, end } = this
    const near = Math.min(end, from + NEAR)
    for (let at = from; at < near; at++) if (bytes[at] === code) return at
    // In a long line the price of a native call is small against what it saves.
    const far = near < end ? bytes.subarray(near, end).indexOf(code) : -1
    return far < 0 ? -1 : near + far
  }

  /** Where a text (ASCII) stands, from a position on; −1 when it does not. */
  findText(text: string, from = this.at): number {
    const first = text.charCodeAt(0)
    for (let at = this.find(first, from); at >= 0; at = this.find(first, at + 1))
      if (this.startsWith(text, at)) return at
    return -1
  }

  /** Whether a text (ASCII) stands at a position. */
  startsWith(text: string, at = this.at): boolean {
    if (at + text.length > this.end) return false
    for (let i = 0; i < text.length; i++) if (this.bytes[at + i] !== text.charCodeAt(i)) return false
    return true
  }

  /** Steps over one byte if it is this one. */
  skip(code: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== code) return false
    this.at++
    return true
  }

  /** Steps over spaces; says how many. */
  skipSpaces(): number {
    const from = this.at
    while (this.at < this.end && this.bytes[this.at] === SPACE) this.at++
    return this.at - from
  }

  /** Steps to the next space or the end; says over how many bytes. */
  skipWord(): number {
    const from = this.at
    const { bytes, end } = this
    let at = from
    while (at < end && bytes[at] !== SPACE) at++
    this.at = at
    return at - from
  }

  /** Exactly `count` digits. */
  digits(count: number): number {
    const { bytes, at } = this
    const end = at + count
    if (end > this.end) return -1
    let value = 0
    for (let i = at; i < end; i++) {
      const digit = bytes[i] - ZERO
      if (digit < 0 || digit > 9) return -1
      value = value * 10 + digit
    }
    this.at = end
    return value
  }

  /** One digit or more, at most `most`. */
  integer(most = 15): number {
    let value = 0
    const from = this.at
    const { bytes } = this
    const limit = Math.min(this.end, from + most)
    let at = from
    for (; at < limit; at++) {
      const digit = bytes[at] - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === from) return -1
    this.at = at
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
    const mark = this.code()
    if (mark !== 46 && mark !== 44) return 0
    this.at++
    const from = this.at
    const value = this.integer(9)
    if (value < 0) {
      this.at--
      return 0
    }
    return (value * 1000) / POWERS[this.at - from]
  }

  /** `YYYY-MM-DD` as milliseconds of its midnight UTC, or NaN. */
  date(separator: number): number {
    const from = this.at
    const year = this.digits(4)
    if (year >= 0 && this.skip(separator)) {
      const month = this.digits(2)
      if (month >= 0 && this.skip(separator)) {
        const midnight = this.midnight(year, month, this.digits(2))
        if (midnight === midnight) return midnight
      }
    }
    this.at = from
    return NaN
  }

  /** The midnight UTC that a date begins with, in milliseconds since 1970-01-01; NaN for a date that does not exist. */
  midnight(year: number, month: number, day: number): number {
    // Month and day may be any two figures.
    const date = (year * 128 + month) * 128 + day
    if (date !== this.#date) {
      const exists = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(month, year)
      if (!exists) return NaN
      this.#date = date
      this.#midnight = daysFromCivil(year, month, day) * DAY_MS
    }
    return this.#midnight
  }

  /** `Z`, `+09:00`, `+0900` or `+09` as milliseconds east of UTC; 0 when there is none. */
  zoneMs(): number {
    if (this.skip(90 /* Z */)) return 0
    const sign = this.code()
    if (sign !== 43 && sign !== 45) return 0
    const from = this.at++
    const hours = this.digits(2)
    if (hours < 0) {
      this.at = from
      return 0
    }
    if (this.code() === COLON && this.isDigitAt(this.at + 1)) this.at++
    const minutes = Math.max(0, this.digits(2))
    const east = (hours * 60 + minutes) * 60_000
    return sign === 45 ? -east : east
  }

  /** An English month of three letters, 1..12. */
  month(): number {
    const month = MONTHS.get((this.code() << 16) | (this.code(1) << 8) | this.code(2))
    if (month === undefined) return -1
    this.at += 3
    return month
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
