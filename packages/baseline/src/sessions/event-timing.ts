import type { Sessions } from '@sp/builders'
import { GapStatistics, UsualGaps, type UsualGap } from './gap-statistics.js'
import { sessionAt, sessionDetectorOf, type OneSession } from './session-detector.js'

/** How long after each event each next one comes in normal sessions. */
export interface TimingModel {
  readonly gaps: readonly UsualGap[]
}

/**
 * Score: the largest distance of a gap between two events from the mean of its kind, in standard deviations, on the scale
 * ln(1 + seconds). Pairs of events that training did not know are left to other detectors. 0 without times.
 */
export const timingDetector = sessionDetectorOf<TimingModel>({
  resolution: 0.1,
  train(normal: Sessions) {
    const gaps = new GapStatistics()
    for (let s = 0; s < normal.count; s++) forEachGap(sessionAt(normal, s), (from, to, ms) => gaps.add(from, to, ms))
    return { gaps: gaps.usual() }
  },
  open({ gaps }) {
    const usual = new UsualGaps(gaps)
    return (session) => {
      let most = 0
      forEachGap(session, (from, to, ms) => (most = Math.max(most, Math.abs(usual.deviationOf(from, to, ms)))))
      return most
    }
  },
})

function forEachGap({ events, times }: OneSession, visit: (from: number, to: number, ms: number) => void): void {
  for (let i = 1; i < events.length; i++) visit(events[i - 1], events[i], times[i] - times[i - 1])
}
