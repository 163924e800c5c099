import type { Sessions } from '@sp/builders'

/** Sessions given as their events; times, where given, in seconds. */
export function sessionsOf(events: readonly (readonly number[])[], seconds?: readonly (readonly number[])[]): Sessions {
  const offsets = new Int32Array(events.length + 1)
  events.forEach((session, s) => (offsets[s + 1] = offsets[s] + session.length))
  const flat = events.flat()
  return {
    count: events.length,
    keys: events.map((_, s) => `session ${s}`),
    offsets,
    events: Int32Array.from(flat),
    rows: Int32Array.from(flat.keys()),
    times: seconds ? Float64Array.from(seconds.flat(), (t) => t * 1000) : new Float64Array(flat.length).fill(NaN),
  }
}
