import type { NormalStatistics } from './baseline-model.js'
import { forecastFrom, type CountForecast } from './count-surprise.js'

/** State of {@link RecentRates}: plain data, fit for JSON. */
export interface RecentRatesSnapshot {
  readonly exposure: number
  readonly step: number
  /** Of templates that training knew and that were seen since: `[template, occurrences, step]`. */
  readonly trained: readonly (readonly [template: number, occurrences: number, step: number])[]
  /** Of others, the one seen longest ago first: `[template, occurrences, step, windows]`. */
  readonly others: readonly (readonly [template: number, occurrences: number, step: number, windows: number])[]
}

/** Templates that training did not know and that are remembered, those seen last. */
const MOST_OTHERS = 16_384

/**
 * How often templates occurred lately, one past window after the other, older ones forgotten exponentially:
 * a Poisson rate with a gamma distribution whose evidence is discounted (Smith & Miller 1986). Starts from the rates of
 * training. Decay is applied when a template is looked at, so that a window costs O(its templates), not O(all).
 * Memory: the templates of training, and the {@link MOST_OTHERS} others that were seen last.
 */
export class RecentRates {
  readonly #normal: NormalStatistics
  readonly #keep: number
  readonly #initialShare: number
  /** By template of training: occurrences, and the step at which they were so many. */
  readonly #occurrences: Float64Array
  readonly #steps: Int32Array
  /** In the order in which they were seen last. */
  readonly #others = new Map<number, { occurrences: number; step: number; windows: number }>()
  #exposure: number
  #step = 0

  /** Rates that remember `memory` past windows, each of which counts `weight` full windows. */
  constructor(
    normal: NormalStatistics,
    { memory, weight }: { memory: number; weight: number },
    snapshot?: RecentRatesSnapshot,
  ) {
    this.#normal = normal
    this.#keep = 1 - 1 / memory
    this.#exposure = Math.min(normal.exposure, memory * weight)
    this.#initialShare = this.#exposure / normal.exposure
    this.#occurrences = Float64Array.from(normal.totals, (total) => total * this.#initialShare)
    this.#steps = new Int32Array(normal.totals.length)
    if (snapshot !== undefined) this.#restore(snapshot)
  }

  /** What these rates let expect of a template in a window of this length (1 = full). */
  forecast(template: number, length: number): CountForecast {
    const dispersion = this.#normal.dispersions[template] ?? this.#normal.typicalDispersion
    return forecastFrom({ occurrences: this.#at(template), exposure: this.#exposure, dispersion }, length)
  }

  /** Past windows in which a template was seen that training did not know, as far as it is remembered. */
  windowsOf(template: number): number {
    return this.#others.get(template)?.windows ?? 0
  }

  /** Forgets a little and makes room for this many full windows, whose occurrences {@link add} then brings. */
  advance(exposure: number): void {
    this.#step++
    this.#exposure = this.#exposure * this.#keep + exposure
  }

  /** Adds occurrences to what was last made room for; each template once a window. */
  add(template: number, occurrences: number): void {
    const sum = this.#at(template) + occurrences
    if (this.#isTrained(template)) {
      this.#occurrences[template] = sum
      this.#steps[template] = this.#step
      return
    }
    const windows = this.windowsOf(template) + 1
    this.#others.delete(template)
    this.#others.set(template, { occurrences: sum, step: this.#step, windows })
    if (this.#others.size > MOST_OTHERS) this.#others.delete(this.#others.keys().next().value!)
  }

  /** What is known, for other rates to go on from. */
  snapshot(): RecentRatesSnapshot {
    const seen = [...this.#steps.keys()].filter((template) => this.#steps[template] > 0)
    return {
      exposure: this.#exposure,
      step: this.#step,
      trained: seen.map((template) => [template, this.#occurrences[template], this.#steps[template]] as const),
      others: [...this.#others].map(
        ([template, { occurrences, step, windows }]) => [template, occurrences, step, windows] as const,
      ),
    }
  }

  #restore({ exposure, step, trained, others }: RecentRatesSnapshot): void {
    this.#exposure = exposure
    this.#step = step
    for (const [template, occurrences, seen] of trained) {
      this.#occurrences[template] = occurrences
      this.#steps[template] = seen
    }
    for (const [template, occurrences, seen, windows] of others) {
      this.#others.set(template, { occurrences, step: seen, windows })
    }
  }

  #isTrained(template: number): boolean {
    return this.#normal.totals[template] > 0
  }

  #at(template: number): number {
    if (this.#isTrained(template)) {
      return this.#occurrences[template] * this.#keep ** (this.#step - this.#steps[template])
    }
    const other = this.#others.get(template)
    return other === undefined ? 0 : other.occurrences * this.#keep ** (this.#step - other.step)
  }
}
