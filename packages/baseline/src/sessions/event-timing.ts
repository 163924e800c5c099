import type { Sessions } from '@sp/builders'
import { GapStatistics, type UsualGap } from './gap-statistics.js'
import type { SessionDetector } from './session-detector.js'

/** How long after each event each next one comes in normal sessions. */
export interface TimingModel {
  readonly gaps: readonly UsualGap[]
}

/**
 * Score: the largest distance of a gap between two events from the mean of its kind, in standard deviations, on the scale
 * ln(1 + seconds). Pairs of events that training did not know are left to other detectors. 0 without times.
 */
export const timingDetector: SessionDetector<TimingModel> = {
  resolution: 0.1,
  train(normal: Sessions) {
    const gaps = new GapStatistics()
    for (let s = 0; s < normal.count; s++) forEachGap(normal, s, (from, to, ms) => gaps.add(from, to, ms))
    return { gaps: gaps.usual() }
  },
  score({ gaps }, sessions) {
    const usual = GapStatistics.reader(gaps)
    return Float64Array.from({ length: sessions.count }, (_, s) => {
      let most = 0
      forEachGap(sessions, s, (from, to, ms) => (most = Math.max(most, Math.abs(usual(from, to, ms)))))
      return most
    })
  },
}

function forEachGap(
  { offsets, events, times }: Sessions,
  session: number,
  visit: (from: number, to: number, ms: number) => void,
): void {
  for (let i = offsets[session] + 1; i < offsets[session + 1]; i++) {
    visit(events[i - 1], events[i], times[i] - times[i - 1])
  }
}
