import type { LabelledSessions } from './labelled-sessions.js'

/** What test sessions share with training; it inflates figures where detectors can learn sessions by heart. */
export interface LeakageReport {
  /** Share of test sessions whose events equal those of a training session, of the normal and of the abnormal ones. */
  readonly normalSeen: number
  readonly abnormalSeen: number
  /** Distinct sequences of training that are labelled abnormal in the test: then no detector of content can be right. */
  readonly contradictions: number
}

/** Looks for sessions of the test that training holds as they are. */
export function findLeakage({ train, test, isAnomalous }: LabelledSessions): LeakageReport {
  const known = new Set(train.map((events) => events.join(' ')))
  const seen = [0, 0]
  const total = [0, 0]
  const contradictions = new Set<string>()
  test.forEach((events, i) => {
    const [key, label] = [events.join(' '), isAnomalous[i]]
    total[label]++
    if (!known.has(key)) return
    seen[label]++
    if (label === 1) contradictions.add(key)
  })
  return {
    normalSeen: seen[0] / Math.max(total[0], 1),
    abnormalSeen: seen[1] / Math.max(total[1], 1),
    contradictions: contradictions.size,
  }
}

/**
 * Whether every training unit ends before the first test unit begins: a chronological division. Units without a time
 * are left out.
 */
export function isChronological(trainEndTimes: ArrayLike<number>, testStartTimes: ArrayLike<number>): boolean {
  function known(times: ArrayLike<number>): number[] {
    return Array.from(times).filter((time) => !Number.isNaN(time))
  }
  const lastTrained = known(trainEndTimes).reduce((last, time) => Math.max(last, time), -Infinity)
  return known(testStartTimes).every((time) => time >= lastTrained)
}
