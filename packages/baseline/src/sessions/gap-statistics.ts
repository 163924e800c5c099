/** How long one event comes after another: mean and standard deviation of ln(1 + seconds). */
export type UsualGap = readonly [from: number, to: number, mean: number, deviation: number]

/** Times are mostly written in whole seconds: a gap cannot be told from one that is half a second longer. */
const SMALLEST_DEVIATION = 0.2
/** A pair of events seen a few times has no deviation worth the name: it is drawn towards that of all pairs. */
const PRIOR_GAPS = 5

/** Gathers the gaps between pairs of events, on the scale ln(1 + seconds). */
export class GapStatistics {
  readonly #pairs = new Map<string, { count: number; sum: number; squares: number }>()

  /** Takes in a gap. Negative ones (lines out of order) and unknown times are left out. */
  add(from: number, to: number, ms: number): void {
    if (!(ms >= 0)) return
    const gap = Math.log1p(ms / 1000)
    const key = `${from} ${to}`
    const known = this.#pairs.get(key) ?? { count: 0, sum: 0, squares: 0 }
    known.count++
    known.sum += gap
    known.squares += gap ** 2
    this.#pairs.set(key, known)
  }

  /** What is usual, as plain data. */
  usual(): UsualGap[] {
    let [spread, gaps] = [0, 0]
    for (const { count, sum, squares } of this.#pairs.values()) {
      spread += Math.max(squares - sum ** 2 / count, 0)
      gaps += count
    }
    const typical = gaps > 0 ? spread / gaps : 0
    return [...this.#pairs].map(([key, { count, sum, squares }]) => {
      const variance = (Math.max(squares - sum ** 2 / count, 0) + PRIOR_GAPS * typical) / (count + PRIOR_GAPS)
      const [from, to] = key.split(' ').map(Number)
      return [from, to, sum / count, Math.max(Math.sqrt(variance), SMALLEST_DEVIATION)]
    })
  }

  /**
   * A function that says by how many standard deviations a gap is longer (above 0) or shorter than usual; 0 for pairs
   * that are not known and for gaps that say nothing.
   */
  static reader(usual: readonly UsualGap[]): (from: number, to: number, ms: number) => number {
    const known = new Map(usual.map(([from, to, mean, deviation]) => [`${from} ${to}`, { mean, deviation }]))
    return (from, to, ms) => {
      const pair = known.get(`${from} ${to}`)
      return pair === undefined || !(ms >= 0) ? 0 : (Math.log1p(ms / 1000) - pair.mean) / pair.deviation
    }
  }
}
