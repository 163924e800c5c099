import type { Finding } from '@sp/log-table'

/** Minutes that are kept of a source. */
export const ACTIVITY_MINUTES = 60
const MINUTE_MS = 60_000

/** One source by minutes of arrival, the oldest first. */
export interface SourceActivity {
  /** Start of the first minute, in milliseconds since 1970. */
  readonly fromMs: number
  readonly lines: readonly number[]
  readonly findings: readonly number[]
  /** Highest score of a finding, 0 without one. */
  readonly scores: readonly number[]
}

interface Minutes {
  /** Number of the latest minute since 1970. */
  last: number
  readonly lines: Uint32Array
  readonly findings: Uint16Array
  readonly scores: Float32Array
}

/** How many lines and findings each source had in each of the last minutes: 600 bytes a source. */
export class Activity {
  readonly #sources = new Map<string, Minutes>()

  /** Lines that came, and what was found in them. */
  add(source: string, nowMs: number, lines: number, findings: readonly Finding[]): void {
    const minute = Math.floor(nowMs / MINUTE_MS)
    const minutes = this.#at(source, minute)
    const slot = minute % ACTIVITY_MINUTES
    minutes.lines[slot] += lines
    if (findings.length === 0) return
    minutes.findings[slot] += findings.length
    for (const { score } of findings) if (score > minutes.scores[slot]) minutes.scores[slot] = score
  }

  /** A source up to the present; `null` where nothing is known. */
  of(source: string, nowMs: number): SourceActivity | null {
    if (!this.#sources.has(source)) return null
    const minute = Math.floor(nowMs / MINUTE_MS)
    const minutes = this.#at(source, minute)
    const slots = Array.from({ length: ACTIVITY_MINUTES }, (_, i) => (minute + 1 + i) % ACTIVITY_MINUTES)
    return {
      fromMs: (minute + 1 - ACTIVITY_MINUTES) * MINUTE_MS,
      lines: slots.map((slot) => minutes.lines[slot]),
      findings: slots.map((slot) => minutes.findings[slot]),
      scores: slots.map((slot) => Math.round(minutes.scores[slot] * 100) / 100),
    }
  }

  /** Lets a source go. */
  forget(source: string): void {
    this.#sources.delete(source)
  }

  /** The minutes of a source with those that have passed since emptied. */
  #at(source: string, minute: number): Minutes {
    let minutes = this.#sources.get(source)
    if (minutes === undefined) {
      const [lines, findings] = [new Uint32Array(ACTIVITY_MINUTES), new Uint16Array(ACTIVITY_MINUTES)]
      minutes = { last: minute, lines, findings, scores: new Float32Array(ACTIVITY_MINUTES) }
      this.#sources.set(source, minutes)
    }
    const passed = Math.min(minute - minutes.last, ACTIVITY_MINUTES)
    for (let i = 0; i < passed; i++) {
      const slot = (minute - i) % ACTIVITY_MINUTES
      minutes.lines[slot] = minutes.findings[slot] = minutes.scores[slot] = 0
    }
    if (minute > minutes.last) minutes.last = minute
    return minutes
  }
}
