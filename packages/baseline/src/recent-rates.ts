import type { NormalStatistics } from './baseline-model.js'
import { forecastFrom, type CountForecast } from './count-surprise.js'

/**
 * How often templates occurred lately, one past window after the other, older ones forgotten exponentially:
 * a Poisson rate with a gamma distribution whose evidence is discounted (Smith & Miller 1986). Starts from the rates of
 * training. Decay is applied when a template is looked at, so that a window costs O(its templates), not O(all).
 */
export class RecentRates {
  readonly #normal: NormalStatistics
  readonly #keep: number
  readonly #initialShare: number
  readonly #occurrences = new Map<number, { value: number; step: number }>()
  #exposure: number
  #step = 0

  /** Rates that remember `memory` past windows, each of which counts `weight` full windows. */
  constructor(normal: NormalStatistics, { memory, weight }: { memory: number; weight: number }) {
    this.#normal = normal
    this.#keep = 1 - 1 / memory
    this.#exposure = Math.min(normal.exposure, memory * weight)
    this.#initialShare = this.#exposure / normal.exposure
  }

  /** What these rates let expect of a template in a window of this length (1 = full). */
  forecast(template: number, length: number): CountForecast {
    const dispersion = this.#normal.dispersions[template] ?? this.#normal.typicalDispersion
    return forecastFrom({ occurrences: this.#at(template), exposure: this.#exposure, dispersion }, length)
  }

  /** Forgets a little and makes room for this many full windows, whose occurrences {@link add} then brings. */
  advance(exposure: number): void {
    this.#step++
    this.#exposure = this.#exposure * this.#keep + exposure
  }

  /** Adds occurrences to what was last made room for. */
  add(template: number, occurrences: number): void {
    this.#occurrences.set(template, { value: this.#at(template) + occurrences, step: this.#step })
  }

  #at(template: number): number {
    const seen = this.#occurrences.get(template)
    if (seen !== undefined) return seen.value * this.#keep ** (this.#step - seen.step)
    return (this.#normal.totals[template] ?? 0) * this.#initialShare * this.#keep ** this.#step
  }
}
