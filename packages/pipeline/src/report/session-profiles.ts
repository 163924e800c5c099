/** A template of which a session has more or fewer events than the normal session most like it. */
export interface CountDifference {
  readonly template: number
  readonly count: number
  readonly usual: number
}

const SHOWN = 4

/** Event counts of sessions, to say how a strange one differs from the ordinary one most like it. */
export class CountProfiles {
  readonly #sessions: readonly ReadonlyMap<number, number>[]
  /** Distinct profiles of ordinary sessions, the most frequent first. */
  readonly #ordinary: readonly ReadonlyMap<number, number>[]
  /** Fewest and most events of ordinary sessions; 0 without any. */
  readonly lengths: { readonly shortest: number; readonly longest: number }

  /** Counts sessions. @param sessions template codes of the events of each */
  constructor(sessions: readonly Int32Array[], isOrdinary: (session: number) => boolean) {
    this.#sessions = sessions.map(countsOf)
    const distinct = new Map<string, { readonly counts: ReadonlyMap<number, number>; sessions: number }>()
    let [shortest, longest] = [Infinity, 0]
    for (const [s, counts] of this.#sessions.entries()) {
      if (!isOrdinary(s)) continue
      shortest = Math.min(shortest, sessions[s].length)
      longest = Math.max(longest, sessions[s].length)
      const key = [...counts].sort((a, b) => a[0] - b[0]).join(' ')
      const known = distinct.get(key)
      if (known) known.sessions++
      else distinct.set(key, { counts, sessions: 1 })
    }
    this.#ordinary = [...distinct.values()].sort((a, b) => b.sessions - a.sessions).map(({ counts }) => counts)
    this.lengths = { shortest: longest === 0 ? 0 : shortest, longest }
  }

  /** How a session differs from the ordinary one most like it, largest first; empty where there is no ordinary one. */
  differences(session: number): CountDifference[] {
    const own = this.#sessions[session]
    let [nearest, distance] = [null as ReadonlyMap<number, number> | null, Infinity]
    for (const other of this.#ordinary) {
      const far = distanceOf(own, other, distance)
      if (far < distance) [nearest, distance] = [other, far]
    }
    if (nearest === null) return []
    const templates = [...new Set([...own.keys(), ...nearest.keys()])]
    return templates
      .map((template) => ({ template, count: own.get(template) ?? 0, usual: nearest.get(template) ?? 0 }))
      .filter(({ count, usual }) => count !== usual)
      .sort((a, b) => Math.abs(b.count - b.usual) - Math.abs(a.count - a.usual) || a.template - b.template)
      .slice(0, SHOWN)
  }
}

function countsOf(events: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const event of events) counts.set(event, (counts.get(event) ?? 0) + 1)
  return counts
}

/** Sum of the differences, or more than `limit` once it is beyond. */
function distanceOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, limit: number): number {
  let sum = 0
  for (const [template, count] of a) sum += Math.abs(count - (b.get(template) ?? 0))
  for (const [template, count] of b) if (!a.has(template)) sum += count
  return sum > limit ? limit : sum
}
