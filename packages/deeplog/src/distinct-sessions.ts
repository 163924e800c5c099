import type { Sessions } from '@sp/builders'

/** The different sessions, commonest first, of equal ones the earlier; without keys, rows and times. */
export function distinctSessions({ count, offsets, events }: Sessions): number[][] {
  const found = new Map<string, { events: number[]; occurrences: number }>()
  for (let s = 0; s < count; s++) {
    const own = events.subarray(offsets[s], offsets[s + 1])
    const key = own.join(' ')
    const known = found.get(key)
    if (known) known.occurrences++
    else found.set(key, { events: [...own], occurrences: 1 })
  }
  return [...found.values()].sort((a, b) => b.occurrences - a.occurrences).map((session) => session.events)
}

/** Sessions of these events; keys, rows and times say nothing. */
export function sessionsOf(lists: readonly (readonly number[])[]): Sessions {
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
