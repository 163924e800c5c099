import type { Sessions } from '@sp/builders'

/** The sessions of these indices, in the order given. */
export function selectSessions(sessions: Sessions, indices: readonly number[]): Sessions {
  const offsets = new Int32Array(indices.length + 1)
  indices.forEach((s, i) => (offsets[i + 1] = offsets[i] + sessions.offsets[s + 1] - sessions.offsets[s]))
  const size = offsets[indices.length]
  const selected = { events: new Int32Array(size), rows: new Int32Array(size), times: new Float64Array(size) }
  indices.forEach((s, i) => {
    const [from, to] = [sessions.offsets[s], sessions.offsets[s + 1]]
    selected.events.set(sessions.events.subarray(from, to), offsets[i])
    selected.rows.set(sessions.rows.subarray(from, to), offsets[i])
    selected.times.set(sessions.times.subarray(from, to), offsets[i])
  })
  return { count: indices.length, keys: indices.map((s) => sessions.keys[s]), offsets, ...selected }
}
