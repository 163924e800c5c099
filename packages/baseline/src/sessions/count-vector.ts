import type { Sessions } from '@sp/builders'
import { eventsOf, scoreDistinct, type SessionDetector } from './session-detector.js'

/** How often each event occurs in a session: `[event, count]`, events ascending. */
export type CountVector = readonly (readonly [event: number, count: number])[]

/** The distinct count vectors of normal sessions. */
export interface CountVectorModel {
  readonly vectors: readonly CountVector[]
  /** Weight of each event, by event; `null` where all weigh the same. */
  readonly weights: readonly (readonly [event: number, weight: number])[] | null
  /** Weight of an event that normal sessions do not hold. */
  readonly newWeight: number
}

/**
 * Score: relative L1 distance to the nearest normal count vector, Σ w·|x − y| / Σ w·(x + y), 0 (the same counts) to 1
 * (nothing in common). With `idf`, an event weighs ln((1 + n) / (1 + d)) + 1 where `d` of `n` normal sessions hold it, so
 * that a missing or additional rare event counts for more than one that repeats everywhere.
 */
export function countVectorDetector({ idf }: { readonly idf: boolean }): SessionDetector<CountVectorModel> {
  return {
    resolution: 0.01,
    train(normal: Sessions) {
      const vectors = distinctVectors(normal)
      if (!idf) return { vectors, weights: null, newWeight: 1 }
      const holders = new Map<number, number>()
      for (let s = 0; s < normal.count; s++) {
        for (const event of new Set(eventsOf(normal, s))) holders.set(event, (holders.get(event) ?? 0) + 1)
      }
      function weight(sessions: number): number {
        return Math.log((1 + normal.count) / (1 + sessions)) + 1
      }
      const weights = [...holders].map(([event, sessions]) => [event, weight(sessions)] as const)
      return { vectors, weights: weights.sort((a, b) => a[0] - b[0]), newWeight: weight(0) }
    },
    score(model, sessions) {
      const index = new CountVectorIndex(model)
      return scoreDistinct(
        sessions,
        (events) => vectorOf(events).join(' '),
        (events) => index.distance(vectorOf(events)),
      )
    },
  }
}

/** The counts of a session's events. */
export function vectorOf(events: Int32Array): CountVector {
  const counts = new Map<number, number>()
  for (const event of events) counts.set(event, (counts.get(event) ?? 0) + 1)
  return [...counts].sort((a, b) => a[0] - b[0])
}

function distinctVectors(sessions: Sessions): CountVector[] {
  const distinct = new Map<string, CountVector>()
  for (let s = 0; s < sessions.count; s++) {
    const vector = vectorOf(eventsOf(sessions, s))
    distinct.set(vector.join(' '), vector)
  }
  return [...distinct.values()]
}

/**
 * Finds the nearest vector by what two vectors share: Σ|x − y| = Σx + Σy − 2·Σ min(x, y), and the last sum runs only over
 * the vectors that hold an event of `x`.
 */
class CountVectorIndex {
  readonly #weights: ReadonlyMap<number, number>
  readonly #newWeight: number
  readonly #sizes: Float64Array
  readonly #holders = new Map<number, { vectors: number[]; counts: number[] }>()

  constructor({ vectors, weights, newWeight }: CountVectorModel) {
    this.#weights = new Map(weights)
    this.#newWeight = newWeight
    this.#sizes = Float64Array.from(vectors, (vector) => this.#sizeOf(vector))
    vectors.forEach((vector, v) => {
      for (const [event, count] of vector) {
        const holders = this.#holders.get(event) ?? { vectors: [], counts: [] }
        holders.vectors.push(v)
        holders.counts.push(count)
        this.#holders.set(event, holders)
      }
    })
  }

  distance(vector: CountVector): number {
    const shared = new Float64Array(this.#sizes.length)
    for (const [event, count] of vector) {
      const holders = this.#holders.get(event)
      if (holders === undefined) continue
      const weight = this.#weightOf(event)
      for (let i = 0; i < holders.vectors.length; i++) {
        shared[holders.vectors[i]] += weight * Math.min(count, holders.counts[i])
      }
    }
    const size = this.#sizeOf(vector)
    let nearest = 1
    for (let v = 0; v < shared.length; v++) {
      const both = size + this.#sizes[v]
      nearest = Math.min(nearest, both > 0 ? 1 - (2 * shared[v]) / both : 0)
    }
    // Equal vectors may be a rounding apart.
    return nearest < 1e-12 ? 0 : nearest
  }

  #sizeOf(vector: CountVector): number {
    return vector.reduce((sum, [event, count]) => sum + count * this.#weightOf(event), 0)
  }

  #weightOf(event: number): number {
    return this.#weights.get(event) ?? this.#newWeight
  }
}
