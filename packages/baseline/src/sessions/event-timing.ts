import type { Sessions } from '@sp/builders'
import type { SessionDetector } from './session-detector.js'

/** How long after each event each next one comes in normal sessions, on the scale ln(1 + seconds). */
export interface TimingModel {
  /** `[from, to, mean, deviation]`, ascending. */
  readonly gaps: readonly (readonly [from: number, to: number, mean: number, deviation: number])[]
}

/** Times are mostly written in whole seconds: a gap cannot be told from one that is half a second longer. */
const SMALLEST_DEVIATION = 0.2
/** A pair of events seen a few times has no deviation worth the name: it is drawn towards that of all pairs. */
const PRIOR_GAPS = 5

/**
 * Score: the largest distance of a gap between two events from the mean of its kind, in standard deviations, on the scale
 * ln(1 + seconds). Pairs of events that training did not know are left to other detectors. 0 without times.
 */
export const timingDetector: SessionDetector<TimingModel> = {
  resolution: 0.1,
  train(normal: Sessions) {
    const pairs = new Map<string, { count: number; sum: number; squares: number }>()
    for (let s = 0; s < normal.count; s++) {
      forEachGap(normal, s, (pair, gap) => {
        const known = pairs.get(pair) ?? { count: 0, sum: 0, squares: 0 }
        known.count++
        known.sum += gap
        known.squares += gap ** 2
        pairs.set(pair, known)
      })
    }
    let [spread, gaps] = [0, 0]
    for (const { count, sum, squares } of pairs.values()) {
      spread += Math.max(squares - sum ** 2 / count, 0)
      gaps += count
    }
    const typical = gaps > 0 ? spread / gaps : 0
    const entries = [...pairs].map(([pair, { count, sum, squares }]) => {
      const variance = (Math.max(squares - sum ** 2 / count, 0) + PRIOR_GAPS * typical) / (count + PRIOR_GAPS)
      const [from, to] = pair.split(' ').map(Number)
      return [from, to, sum / count, Math.max(Math.sqrt(variance), SMALLEST_DEVIATION)] as const
    })
    return { gaps: entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]) }
  },
  score({ gaps }, sessions) {
    const known = new Map(gaps.map(([from, to, mean, deviation]) => [`${from} ${to}`, { mean, deviation }]))
    return Float64Array.from({ length: sessions.count }, (_, s) => {
      let most = 0
      forEachGap(sessions, s, (pair, gap) => {
        const usual = known.get(pair)
        if (usual !== undefined) most = Math.max(most, Math.abs(gap - usual.mean) / usual.deviation)
      })
      return most
    })
  },
}

function forEachGap({ offsets, events, times }: Sessions, s: number, visit: (pair: string, gap: number) => void): void {
  for (let i = offsets[s] + 1; i < offsets[s + 1]; i++) {
    const seconds = (times[i] - times[i - 1]) / 1000
    // Negative: lines out of order say nothing of how long something took. NaN: no time.
    if (seconds >= 0) visit(`${events[i - 1]} ${events[i]}`, Math.log1p(seconds))
  }
}
