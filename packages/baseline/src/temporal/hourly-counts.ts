import type { ParsedLog, TemplateTable } from '@sp/log-table'

/** The lines of one hour. */
export interface HourCount {
  lines: number
  /** Lines by template code while gathering, by template id when finished. */
  readonly templates: Map<string, number>
}

/** A log hour by hour, in UTC. */
export interface HourlyCounts {
  /** Times of the first and last line, milliseconds since 1970; NaN without any. */
  readonly firstMs: number
  readonly lastMs: number
  /** By hours since 1970; hours without a line are missing. */
  readonly hours: ReadonlyMap<number, HourCount>
}

/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000

/** Counts the lines of each hour. Memory: one counter for each template of each hour. */
export class HourCounter {
  readonly #hours = new Map<number, { lines: number; templates: Map<number, number> }>()
  #firstMs = NaN
  #lastMs = NaN

  /** Takes in rows; those without a time are passed over. */
  add({ rowCount, timestamp, template }: Pick<ParsedLog, 'rowCount' | 'timestamp' | 'template'>): void {
    for (let i = 0; i < rowCount; i++) {
      const time = timestamp[i]
      if (Number.isNaN(time)) continue
      // Negated, so that NaN (nothing seen yet) gives way.
      if (!(this.#firstMs <= time)) this.#firstMs = time
      if (!(this.#lastMs >= time)) this.#lastMs = time
      const hour = Math.floor(time / HOUR_MS)
      const count = this.#hours.get(hour) ?? { lines: 0, templates: new Map<number, number>() }
      count.lines++
      count.templates.set(template[i], (count.templates.get(template[i]) ?? 0) + 1)
      this.#hours.set(hour, count)
    }
  }

  /** What was counted; `templates` says what the codes mean by now. */
  finish(templates: TemplateTable): HourlyCounts {
    const hours = new Map<number, HourCount>()
    for (const [hour, { lines, templates: codes }] of this.#hours) {
      const byId = new Map<string, number>()
      for (const [code, count] of codes) {
        const id = templates[code]?.id ?? 'none'
        byId.set(id, (byId.get(id) ?? 0) + count)
      }
      hours.set(hour, { lines, templates: byId })
    }
    return { firstMs: this.#firstMs, lastMs: this.#lastMs, hours }
  }
}

/**
 * The hours from the first line to the last, empty ones too, with the share of each that the log covers. Where more than
 * {@link LONGEST_GAP} hours are empty the log was not written, or a time is wrong: such gaps are not covered.
 */
export function* coveredHours(counts: HourlyCounts): Generator<CoveredHour> {
  let next = NaN
  for (const hour of [...counts.hours.keys()].sort((a, b) => a - b)) {
    if (hour - next <= LONGEST_GAP) for (; next < hour; next++) yield { hour: next, coverage: 1, count: NO_LINES }
    const coverage = coverageOf(hour, counts)
    if (coverage >= LEAST_COVERAGE) yield { hour, coverage, count: counts.hours.get(hour) ?? NO_LINES }
    next = hour + 1
  }
}

function coverageOf(hour: number, { firstMs, lastMs }: HourlyCounts): number {
  return (Math.min((hour + 1) * HOUR_MS, lastMs) - Math.max(hour * HOUR_MS, firstMs)) / HOUR_MS
}

/** An hour of a log. */
export interface CoveredHour {
  /** Hours since 1970. */
  readonly hour: number
  /** Share of the hour that lies between the first and the last line, 0.25 to 1. */
  readonly coverage: number
  readonly count: HourCount
}

/** Less of an hour says nothing about its rate. */
const LEAST_COVERAGE = 0.25
/** A week: what is off every weekend, or over holidays, is silent and still covered. */
const LONGEST_GAP = 7 * 24
const NO_LINES: HourCount = { lines: 0, templates: new Map() }

/** Hour of the day, 0 to 23 (UTC). */
export function hourOfDay(hour: number): number {
  return ((hour % 24) + 24) % 24
}

/** Day of the week, 0 for Monday (UTC): 1 January 1970 was a Thursday. */
export function weekdayOf(hour: number): number {
  return (((Math.floor(hour / 24) + 3) % 7) + 7) % 7
}

/** Days since 1970 (UTC). */
export function dayOf(hour: number): number {
  return Math.floor(hour / 24)
}
