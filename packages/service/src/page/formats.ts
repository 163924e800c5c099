import { type Language, sentence, type Words } from './words.js'

/** Numbers and times as the page shows them. */
export class Formats {
  readonly #number: Intl.NumberFormat
  readonly #time: Intl.DateTimeFormat
  readonly #logTime: Intl.DateTimeFormat
  readonly #words: Words

  constructor(language: Language, words: Words) {
    this.#number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
    this.#time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
    this.#logTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    this.#words = words
  }

  /** `12,345.6` */
  number(value: number): string {
    return this.#number.format(value)
  }

  /** `0.3 %` */
  share(value: number): string {
    return `${this.#number.format(Math.round(value * 1000) / 10)} %`
  }

  /** `12 MB` */
  bytes(value: number): string {
    const [size, unit] = value < 1e3 ? [1, 'B'] : value < 1e6 ? [1e3, 'kB'] : value < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
    return `${this.#number.format(value / size)} ${unit}`
  }

  /** `3 ms`; `–` for none. */
  milliseconds(value: number | null): string {
    return value === null ? '–' : `${this.#number.format(value)} ms`
  }

  /** A moment in the time zone of the reader. */
  time(ms: number): string {
    return Math.abs(ms) <= 8.64e15 ? this.#time.format(ms) : ''
  }

  /** A moment as the log wrote it; UTC where the log names a zone. */
  logTime(ms: number): string {
    return Math.abs(ms) <= 8.64e15 ? this.#logTime.format(ms) : ''
  }

  /** `5 min ago` */
  ago(ms: number, nowMs: number): string {
    const seconds = Math.max(0, Math.round((nowMs - ms) / 1000))
    const [now, ...units] = this.#words.ago
    if (seconds < 5) return now
    const at = seconds < 60 ? 0 : seconds < 3600 ? 1 : seconds < 86_400 ? 2 : 3
    return sentence(units[at], Math.floor(seconds / [1, 60, 3600, 86_400][at]))
  }

  /** `2 h 5 min` */
  duration(ms: number): string {
    const minutes = Math.floor(ms / 60_000)
    const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
    if (days > 0) return `${days} d ${hours} h`
    return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min ${Math.floor(ms / 1000) % 60} s`
  }
}
