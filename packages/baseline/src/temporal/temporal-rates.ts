import { forecastFrom, type CountForecast } from '../count-surprise.js'
import { hourOfDay, weekdayOf, type CoveredHour } from './hourly-counts.js'

/** A weekday's hour is known by itself from this many of them on; before, by that hour of all days. */
const FEWEST_WEEKS = 2

/**
 * What normal hours let expect: rates by hour and weekday where there were enough weeks, by hour of the day else; one
 * dispersion for all hours, so that a few days are enough to know it.
 */
export class TemporalRates {
  readonly #byHour = new Map<number, CoveredHour[]>()
  readonly #byWeekdayHour = new Map<number, CoveredHour[]>()
  readonly #dispersion: number
  /** Every template of the normal hours. */
  readonly templates = new Set<string>()

  constructor(normal: readonly CoveredHour[]) {
    for (const covered of normal) {
      push(this.#byHour, hourOfDay(covered.hour), covered)
      push(this.#byWeekdayHour, weekdayOf(covered.hour) * 24 + hourOfDay(covered.hour), covered)
      for (const id of covered.count.templates.keys()) this.templates.add(id)
    }
    this.#dispersion = dispersionOf([...this.#byHour.values()])
  }

  /** The normal hours that an hour is compared with; empty where its hour of the day was never seen. */
  alike(hour: number): readonly CoveredHour[] {
    const sameWeekday = this.#byWeekdayHour.get(weekdayOf(hour) * 24 + hourOfDay(hour)) ?? []
    return sameWeekday.length >= FEWEST_WEEKS ? sameWeekday : (this.#byHour.get(hourOfDay(hour)) ?? [])
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
}

/** Variance of hourly counts around the mean of their hour of the day, divided by that mean; at least 1 (Poisson). */
function dispersionOf(hours: readonly (readonly CoveredHour[])[]): number {
  let [spread, freedom] = [0, 0]
  for (const alike of hours) {
    const full = alike.filter(({ coverage }) => coverage > 0.99)
    const mean = full.reduce((sum, { count }) => sum + count.lines, 0) / full.length
    if (full.length < 2 || mean === 0) continue
    for (const { count } of full) spread += (count.lines - mean) ** 2 / mean
    freedom += full.length - 1
  }
  return freedom > 0 ? Math.max(spread / freedom, 1) : 1
}

function push(lists: Map<number, CoveredHour[]>, key: number, covered: CoveredHour): void {
  const list = lists.get(key)
  if (list) list.push(covered)
  else lists.set(key, [covered])
}
