import type { Sessions } from '@sp/builders'

/** A session without key, rows and times, and how often it occurred. */
export interface RepeatedSession {
  readonly events: readonly number[]
  readonly occurrences: number
}

/** The different sessions, commonest first, of equally common ones the earlier. */
export function distinctSessions({ count, offsets, events }: Sessions): RepeatedSession[] {
  const found = new Map<string, { events: number[]; occurrences: number }>()
  for (let s = 0; s < count; s++) {
    const own = events.subarray(offsets[s], offsets[s + 1])
    const key = own.join(' ')
    const known = found.get(key)
    if (known) known.occurrences++
    else found.set(key, { events: [...own], occurrences: 1 })
  }
  return [...found.values()].sort((a, b) => b.occurrences - a.occurrences)
}

/** Sessions that occur as often as they did, or where that is more than `most` together, so much more seldom, but once. */
export function repeatedSessions(distinct: readonly RepeatedSession[], most: number): Sessions {
  const total = distinct.reduce((sum, { occurrences }) => sum + occurrences, 0)
  const share = Math.min(1, most / total)
  return sessionsOf(
    distinct.flatMap(({ events, occurrences }) =>
      new Array<readonly number[]>(Math.max(1, Math.round(occurrences * share))).fill(events),
    ),
  )
}

/** Sessions of these events; keys, rows and times say nothing. */
function sessionsOf(lists: readonly (readonly number[])[]): Sessions {
  const offsets = new Int32Array(lists.length + 1)
  lists.forEach((events, s) => (offsets[s + 1] = offsets[s] + events.length))
  const events = Int32Array.from(lists.flat())
  return {
    count: lists.length,
    keys: lists.map((_, s) => String(s)),
    offsets,
    events,
    rows: Int32Array.from(events.keys()),
    times: new Float64Array(events.length).fill(NaN),
  }
}
