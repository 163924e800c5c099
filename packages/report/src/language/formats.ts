/** The languages that a report can be written in. */
export const LANGUAGES = ['en', 'ko'] as const

/** A language of a report. */
export type Language = (typeof LANGUAGES)[number]

/** How a language writes units of time, largest first; `join` puts two of them side by side. */
export interface TimeUnits {
  readonly units: readonly (readonly [milliseconds: number, one: string, many: string])[]
  readonly join: string
}

/** Numbers, dates and durations in one language. Times are those of the log, or UTC where the log names a zone. */
export class Formats {
  // Made when they are needed: loading what `Intl` knows of a language takes longer than writing a page of it.
  readonly #number: () => Intl.NumberFormat
  readonly #date: () => Intl.DateTimeFormat
  readonly #time: () => Intl.DateTimeFormat
  readonly #units: TimeUnits
  readonly #rangeSign: string
  readonly #percentSign: string

  /**
   * The ways of a language.
   * @param locale of `Intl`
   * @param signs.range between the ends of a range
   * @param signs.percent after a percentage, with the space before it where there is one
   */
  constructor(
    readonly locale: string,
    units: TimeUnits,
    signs: { readonly range: string; readonly percent: string; readonly month: 'short' | 'long' },
  ) {
    const { month } = signs
    this.#number = once(() => new Intl.NumberFormat(locale))
    this.#date = once(
      () => new Intl.DateTimeFormat(locale, { year: 'numeric', month, day: 'numeric', timeZone: 'UTC' }),
    )
    this.#time = once(
      () =>
        new Intl.DateTimeFormat(locale, {
          hour: '2-digit',
          minute: '2-digit',
          second: '2-digit',
          hourCycle: 'h23',
          timeZone: 'UTC',
        }),
    )
    this.#units = units
    this.#rangeSign = signs.range
    this.#percentSign = signs.percent
  }

  /** Thousands separators, two significant digits below 10, whole from there on. */
  number(value: number): string {
    if (!Number.isFinite(value)) return String(value)
    if (Number.isInteger(value) || Math.abs(value) >= 10) return this.#number().format(Math.round(value))
    return String(Number(value.toPrecision(2)))
  }

  /** A share 0..1 as a percentage with two significant digits. */
  share(value: number): string {
    return `${Number((value * 100).toPrecision(2))}${this.#percentSign}`
  }

  /** A share 0..1 in whole per cent, rounded down: 100 % only where nothing is missing. */
  wholeShare(value: number): string {
    return `${Math.floor(value * 100)}${this.#percentSign}`
  }

  /** A length of time in its largest unit, and the next where the first is small: `14 min`, `2 h 5 min`, `3 days`. */
  duration(ms: number): string {
    const { units, join } = this.#units
    const at = units.findIndex(([size]) => ms >= size)
    if (at < 0 || at === units.length - 1)
      return withUnit(this.number(ms / units[units.length - 1][0]), units[units.length - 1])
    const [size] = units[at]
    const [nextSize] = units[at + 1]
    const whole = Math.floor(ms / size)
    const rest = Math.round((ms - whole * size) / nextSize)
    // A second digit is worth its place only beside a small first one; below a minute decimals say it better.
    if (size <= 1000) return withUnit(this.number(ms / size), units[at])
    if (whole >= 3 || rest === 0 || rest * nextSize >= size) {
      return withUnit(this.number(Math.round(ms / size)), units[at])
    }
    return withUnit(this.number(whole), units[at]) + join + withUnit(this.number(rest), units[at + 1])
  }

  /** Date and time to the second. */
  dateTime(ms: number): string {
    if (!isTime(ms)) return ''
    return `${this.#date().format(ms)} ${this.#time().format(ms)}`
  }

  /** From one time to another, the day once where it is the same; empty where there is none. */
  timeRange(start: number | null | undefined, end: number | null | undefined): string {
    if (!isTime(start) || !isTime(end)) return ''
    const [from, to] = [this.dateTime(start), this.dateTime(end)]
    if (from === to) return from
    const isSameDay = this.#date().format(start) === this.#date().format(end)
    return `${from} ${this.#rangeSign} ${isSameDay ? this.#time().format(end) : to}`
  }

  /** From one number to another. */
  range(from: number, to: number): string {
    return from === to ? this.number(from) : `${this.number(from)}${this.#rangeSign}${this.number(to)}`
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

function withUnit(amount: string, [, one, many]: TimeUnits['units'][number]): string {
  return amount === '1' ? `${amount}${one}` : `${amount}${many}`
}

function isTime(ms: number | null | undefined): ms is number {
  return ms !== null && ms !== undefined && Math.abs(ms) <= 8.64e15
}

/** Milliseconds since 1970 as ISO 8601 in UTC, without milliseconds where they are zero; `null` for no time. */
export function isoTime(ms: number | null | undefined): string | null {
  return isTime(ms) ? new Date(ms).toISOString().replace('.000Z', 'Z') : null
}
