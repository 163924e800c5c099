import { forecastFrom, type CountForecast } from '../count-surprise.js'
import { dayOf, hourOfDay, weekdayOf, type CoveredHour } from './hourly-counts.js'

/** A weekday's hour is known by itself from this many of them on; before, by that hour of all days. */
const FEWEST_WEEKS = 2
/** The first and the last hour, cut by the log's ends, say less about the spread. */
const FULL_COVERAGE = 0.99

/**
 * What normal hours let expect: rates by hour and weekday where there were enough weeks, by hour of the day else; one
 * dispersion for all hours, so that a few days are enough to know it.
 */
export class TemporalRates {
  readonly #byHour = new Map<number, CoveredHour[]>()
  readonly #byWeekdayHour = new Map<number, CoveredHour[]>()
  /** Full hours by hour of the day, as sums. */
  readonly #spreads = Array.from({ length: 24 }, () => ({ hours: 0, lines: 0, squares: 0 }))
  /** Hours in which a template occurs. */
  readonly #templateHours = new Map<string, number>()
  #leftOut: readonly CoveredHour[] = []
  #dispersion: number

  constructor(normal: readonly CoveredHour[]) {
    for (const covered of normal) {
      push(this.#byHour, hourOfDay(covered.hour), covered)
      push(this.#byWeekdayHour, weekdayOf(covered.hour) * 24 + hourOfDay(covered.hour), covered)
      this.#count(covered, 1)
    }
    this.#dispersion = this.#dispersionNow()
  }

  /** Leaves the hours of one day out of all answers, until the next call; those of the call before count again. */
  leaveOut(day: readonly CoveredHour[]): void {
    for (const covered of this.#leftOut) this.#count(covered, 1)
    for (const covered of day) this.#count(covered, -1)
    this.#leftOut = day
    this.#dispersion = this.#dispersionNow()
  }

  /** Whether a normal hour contains a template. */
  knows(template: string): boolean {
    return (this.#templateHours.get(template) ?? 0) > 0
  }

  /** The normal hours that an hour is compared with; empty where its hour of the day was never seen. */
  alike(hour: number): readonly CoveredHour[] {
    const sameWeekday = this.#kept(this.#byWeekdayHour.get(weekdayOf(hour) * 24 + hourOfDay(hour)))
    return sameWeekday.length >= FEWEST_WEEKS ? sameWeekday : this.#kept(this.#byHour.get(hourOfDay(hour)))
  }

  /** How many lines (of a template, if one is given) the hours alike let expect in such a part of an hour. */
  expect(alike: readonly CoveredHour[], coverage: number, template?: string): CountForecast {
    let [occurrences, exposure] = [0, 0]
    for (const { count, coverage: covered } of alike) {
      occurrences += template === undefined ? count.lines : (count.templates.get(template) ?? 0)
      exposure += covered
    }
    return forecastFrom({ occurrences, exposure, dispersion: this.#dispersion }, coverage)
  }

  #kept(hours: readonly CoveredHour[] = []): readonly CoveredHour[] {
    if (this.#leftOut.length === 0) return hours
    const day = dayOf(this.#leftOut[0].hour)
    return hours.filter(({ hour }) => dayOf(hour) !== day)
  }

  #count({ hour, coverage, count }: CoveredHour, sign: 1 | -1): void {
    for (const id of count.templates.keys()) this.#templateHours.set(id, (this.#templateHours.get(id) ?? 0) + sign)
    if (coverage <= FULL_COVERAGE) return
    const spread = this.#spreads[hourOfDay(hour)]
    spread.hours += sign
    spread.lines += sign * count.lines
    spread.squares += sign * count.lines ** 2
  }

  /** Variance of hourly counts around the mean of their hour of the day, divided by that mean; at least 1 (Poisson). */
  #dispersionNow(): number {
    let [spread, freedom] = [0, 0]
    for (const { hours, lines, squares } of this.#spreads) {
      if (hours < 2 || lines === 0) continue
      const mean = lines / hours
      spread += (squares - lines * mean) / mean
      freedom += hours - 1
    }
    return freedom > 0 ? Math.max(spread / freedom, 1) : 1
  }
}

function push(lists: Map<number, CoveredHour[]>, key: number, covered: CoveredHour): void {
  const list = lists.get(key)
  if (list) list.push(covered)
  else lists.set(key, [covered])
}
