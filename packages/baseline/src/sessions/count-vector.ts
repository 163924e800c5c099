import type { Sessions } from '@sp/builders'
import { eventsOf, remembering, sessionDetectorOf, type SessionDetector } from './session-detector.js'

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
 * that a missing or additional rare event counts for more than one that repeats everywhere. Of an unfinished session only
 * what it has more than a normal one counts, Σ w·max(x − y, 0): that it lacks what comes later says nothing.
 */
export function countVectorDetector({ idf }: { readonly idf: boolean }): SessionDetector<CountVectorModel> {
  return sessionDetectorOf({
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
    open(model) {
      const index = new CountVectorIndex(model)
      return remembering(
        ({ events }) => vectorOf(events).join(' '),
        ({ events, isUnfinished }) => index.nearest(vectorOf(events), isUnfinished).distance,
      )
    },
  })
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
export class CountVectorIndex {
  readonly #vectors: readonly CountVector[]
  readonly #weights: ReadonlyMap<number, number>
  readonly #newWeight: number
  readonly #sizes: Float64Array
  readonly #holders = new Map<number, { vectors: number[]; counts: number[] }>()
  readonly #shared: Float64Array

  /** An index of the vectors of a model. */
  constructor({ vectors, weights, newWeight }: CountVectorModel) {
    this.#vectors = vectors
    this.#weights = new Map(weights)
    this.#newWeight = newWeight
    this.#shared = new Float64Array(vectors.length)
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

  /** The normal vector that is nearest, and how far away it is. */
  nearest(vector: CountVector, isUnfinished = false): { readonly distance: number; readonly vector: CountVector } {
    const shared = this.#shared.fill(0)
    for (const [event, count] of vector) {
      const holders = this.#holders.get(event)
      if (holders === undefined) continue
      const weight = this.weightOf(event)
      for (let i = 0; i < holders.vectors.length; i++) {
        shared[holders.vectors[i]] += weight * Math.min(count, holders.counts[i])
      }
    }
    const size = this.#sizeOf(vector)
    let [distance, nearest] = [Infinity, 0]
    for (let v = 0; v < shared.length; v++) {
      const both = size + this.#sizes[v]
      const different = isUnfinished ? size - shared[v] : both - 2 * shared[v]
      const relative = both > 0 ? different / both : 0
      if (relative < distance) [distance, nearest] = [relative, v]
    }
    // Equal vectors may be a rounding apart.
    return { distance: distance < 1e-12 ? 0 : Math.min(distance, 1), vector: this.#vectors[nearest] ?? [] }
  }

  /** What a difference of one event counts. */
  weightOf(event: number): number {
    return this.#weights.get(event) ?? this.#newWeight
  }

  #sizeOf(vector: CountVector): number {
    return vector.reduce((sum, [event, count]) => sum + count * this.weightOf(event), 0)
  }
}
