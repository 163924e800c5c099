import { PairTable } from '../lines/pair-table.js'

/** How long one event comes after another: mean and standard deviation of ln(1 + seconds). */
export type UsualGap = readonly [from: number, to: number, mean: number, deviation: number]

/** Times are mostly written in whole seconds: a gap cannot be told from one that is half a second longer. */
const SMALLEST_DEVIATION = 0.2
/** A pair of events seen a few times has no deviation worth the name: it is drawn towards that of all pairs. */
const PRIOR_GAPS = 5
/** Of gaps that are spread normally, 98 of 100 are shorter than this many deviations above the mean. */
const USUAL_DEVIATIONS = 2

/** Gathers the gaps between pairs of events, on the scale ln(1 + seconds). */
export class GapStatistics {
  readonly #pairs = new PairTable()
  readonly #sums: { count: number; sum: number; squares: number }[] = []

  /** Takes in a gap. Negative ones (lines out of order) and unknown times are left out. */
  add(from: number, to: number, ms: number): void {
    if (!(ms >= 0)) return
    const gap = Math.log1p(ms / 1000)
    const sums = (this.#sums[this.#pairs.indexOf(from, to)] ??= { count: 0, sum: 0, squares: 0 })
    sums.count++
    sums.sum += gap
    sums.squares += gap ** 2
  }

  /** What is usual, as plain data. */
  usual(): UsualGap[] {
    let [spread, gaps] = [0, 0]
    for (const { count, sum, squares } of this.#sums) {
      spread += Math.max(squares - sum ** 2 / count, 0)
      gaps += count
    }
    const typical = gaps > 0 ? spread / gaps : 0
    return this.#sums.map(({ count, sum, squares }, pair) => {
      const variance = (Math.max(squares - sum ** 2 / count, 0) + PRIOR_GAPS * typical) / (count + PRIOR_GAPS)
      const [from, to] = this.#pairs.pairOf(pair)
      return [from, to, sum / count, Math.max(Math.sqrt(variance), SMALLEST_DEVIATION)]
    })
  }
}

/** Looks gaps up among the usual ones. */
export class UsualGaps {
  readonly #pairs = new PairTable()
  readonly #mean: Float64Array
  readonly #deviation: Float64Array

  /** Takes in what {@link GapStatistics.usual} says. */
  constructor(usual: readonly UsualGap[]) {
    this.#mean = Float64Array.from(usual, ([, , mean]) => mean)
    this.#deviation = Float64Array.from(usual, ([, , , deviation]) => deviation)
    for (const [from, to] of usual) this.#pairs.indexOf(from, to)
  }

  /**
   * By how many standard deviations a gap is longer (above 0) or shorter than usual; 0 for pairs that are not known and
   * for gaps that say nothing.
   */
  deviationOf(from: number, to: number, ms: number): number {
    if (!(ms >= 0)) return 0
    const pair = this.#pairs.find(from, to)
    return pair < 0 ? 0 : (Math.log1p(ms / 1000) - this.#mean[pair]) / this.#deviation[pair]
  }

  /** Milliseconds within which an event usually comes after another; NaN where that is not known. */
  usualMs(from: number, to: number): number {
    const pair = this.#pairs.find(from, to)
    return pair < 0 ? NaN : 1000 * Math.expm1(this.#mean[pair] + USUAL_DEVIATIONS * this.#deviation[pair])
  }
}
