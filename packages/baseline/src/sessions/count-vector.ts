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
      const distinct = distinctVectors(normal)
      const vectors = distinct.map(({ vector }) => vector)
      if (!idf) return { vectors, weights: null, newWeight: 1 }
      const holders = new Map<number, number>()
      for (const { vector, sessions } of distinct) {
        for (const [event] of vector) holders.set(event, (holders.get(event) ?? 0) + sessions)
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
        ({ events }) => ascending(events).join(' '),
        ({ events, isUnfinished }) => index.nearest(vectorOf(events), isUnfinished).distance,
      )
    },
  })
}

/** The counts of a session's events. */
export function vectorOf(events: Int32Array): CountVector {
  return countsOf(ascending(events))
}

/** Sorted, events that are alike stand together: cheaper than a map of counts, and as a key it says the same. */
function ascending(events: Int32Array): Int32Array {
  return events.slice().sort()
}

function countsOf(ascending: Int32Array): CountVector {
  const vector: (readonly [event: number, count: number])[] = []
  for (let from = 0, to = 0; from < ascending.length; from = to) {
    while (to < ascending.length && ascending[to] === ascending[from]) to++
    vector.push([ascending[from], to - from])
  }
  return vector
}

/** In order of first appearance, each with the number of its sessions. */
function distinctVectors(sessions: Sessions): { readonly vector: CountVector; readonly sessions: number }[] {
  const distinct = new Map<string, { vector: CountVector; sessions: number }>()
  for (let s = 0; s < sessions.count; s++) {
    const events = ascending(eventsOf(sessions, s))
    const key = events.join(' ')
    const known = distinct.get(key)
    if (known) known.sessions++
    else distinct.set(key, { vector: countsOf(events), sessions: 1 })
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
