import type { Sessions } from '@sp/builders'

/** What a session detector is told beyond the sessions themselves. */
export interface SessionTraining {
  /**
   * Whether a session is known to have ended, as that of a deleted block is. Then its last event is followed by an end
   * mark, and being short is strange; of sessions that were merely cut off (by a timeout, at the end of the log) neither
   * may be learned. Default true.
   */
  readonly closed?: boolean
}

/**
 * A detector of strange sessions: learns from normal ones, scores others. `Model` is plain data, fit for JSON.
 * Scores are 0 or more and finite, higher = stranger; they compare only within one detector.
 */
export interface SessionDetector<Model> {
  /** The smallest difference of scores that means something. */
  readonly resolution: number
  /** Learns from normal sessions; at least one. */
  train(normal: Sessions, training?: SessionTraining): Model
  /** One score a session. */
  score(model: Model, sessions: Sessions): Float64Array
}

/** The events of one session, a view of the column. */
export function eventsOf({ offsets, events }: Sessions, session: number): Int32Array {
  return events.subarray(offsets[session], offsets[session + 1])
}

/**
 * Scores each distinct session once: real sessions repeat (11,000 of HDFS hold a few hundred event counts), so that the
 * cost of a comparison with all of training is paid for few of them.
 * @param keyOf what two sessions must share to be scored alike
 */
export function scoreDistinct(
  sessions: Sessions,
  keyOf: (events: Int32Array) => string,
  scoreOf: (events: Int32Array) => number,
): Float64Array {
  const known = new Map<string, number>()
  return Float64Array.from({ length: sessions.count }, (_, s) => {
    const events = eventsOf(sessions, s)
    const key = keyOf(events)
    let score = known.get(key)
    if (score === undefined) known.set(key, (score = scoreOf(events)))
    return score
  })
}
