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
  /** A function that scores one session after the other; what it takes to look into the model is made once. */
  open(model: Model): ScoreOfSession
  /** One score a session: a loop over {@link open}. */
  score(model: Model, sessions: Sessions): Float64Array
}

/** Scores a session. */
export type ScoreOfSession = (session: OneSession) => number

/** A session by itself. */
export interface OneSession {
  readonly events: Int32Array
  /** Of each event, milliseconds since 1970; NaN where unknown. */
  readonly times: Float64Array
  /** Whether it was cut off: then only what it holds counts, not what it lacks. */
  readonly isUnfinished: boolean
}

/** A detector, from what makes it. */
export function sessionDetectorOf<Model>(
  parts: Pick<SessionDetector<Model>, 'resolution' | 'train' | 'open'>,
): SessionDetector<Model> {
  return {
    ...parts,
    score(model, sessions) {
      const scoreOf = parts.open(model)
      return Float64Array.from({ length: sessions.count }, (_, s) => scoreOf(sessionAt(sessions, s)))
    },
  }
}

/** The events of one session, a view of the column. */
export function eventsOf({ offsets, events }: Sessions, session: number): Int32Array {
  return events.subarray(offsets[session], offsets[session + 1])
}

/** One session, views of the columns. */
export function sessionAt({ offsets, events, times }: Sessions, session: number, isUnfinished = false): OneSession {
  const [from, to] = [offsets[session], offsets[session + 1]]
  return { events: events.subarray(from, to), times: times.subarray(from, to), isUnfinished }
}

/**
 * Scores what it has scored before without asking again: real sessions repeat (11,000 of HDFS hold a few hundred event
 * counts), so that the cost of a comparison with all of training is paid for few of them. Remembers up to 10,000.
 * @param keyOf what two sessions must share to be scored alike
 */
export function remembering(keyOf: (session: OneSession) => string, scoreOf: ScoreOfSession): ScoreOfSession {
  const known = new Map<string, number>()
  return (session) => {
    const key = `${Number(session.isUnfinished)} ${keyOf(session)}`
    let score = known.get(key)
    if (score === undefined) {
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(key, (score = scoreOf(session)))
    }
    return score
  }
}

const MOST_REMEMBERED = 10_000

/** The events as a key. */
export function keyOfEvents({ events }: OneSession): string {
  return events.join(' ')
}
