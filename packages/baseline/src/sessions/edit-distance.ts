import type { Sessions } from '@sp/builders'
import { eventsOf, keyOfEvents, remembering, sessionDetectorOf } from './session-detector.js'

/** The distinct event sequences of normal sessions, cut to {@link COMPARED_EVENTS}. */
export interface EditDistanceModel {
  readonly sequences: readonly (readonly number[])[]
}

/** Longer sessions are compared by their first events: the cost grows with the square. */
const COMPARED_EVENTS = 256
/** Only the sequences that have the most events in common are compared in full. */
const CANDIDATES = 8

/**
 * Score: insertions, deletions and substitutions of events that turn a session into the nearest normal one, divided by the
 * length of the longer, 0..1 (Levenshtein 1966). The nearest is sought among the {@link CANDIDATES} normal sequences
 * whose events, order aside, are most alike: their difference is a lower bound of the distance.
 */
export const editDistanceDetector = sessionDetectorOf<EditDistanceModel>({
  resolution: 0.01,
  train(normal: Sessions) {
    const distinct = new Map<string, number[]>()
    for (let s = 0; s < normal.count; s++) {
      const events = Array.from(eventsOf(normal, s).subarray(0, COMPARED_EVENTS))
      distinct.set(events.join(' '), events)
    }
    return { sequences: [...distinct.values()] }
  },
  open({ sequences }) {
    const index = new SequenceIndex(sequences)
    return remembering(keyOfEvents, ({ events, isUnfinished }) =>
      index.distance(events.subarray(0, COMPARED_EVENTS), isUnfinished),
    )
  },
})

class SequenceIndex {
  readonly #sequences: readonly (readonly number[])[]
  /** For each event the sequences that hold it at least once, at least twice, …: shared events are counted by walking these. */
  readonly #holders = new Map<number, number[][]>()
  readonly #shared: Int32Array

  constructor(sequences: readonly (readonly number[])[]) {
    this.#sequences = sequences
    this.#shared = new Int32Array(sequences.length)
    sequences.forEach((sequence, index) => {
      countUp(sequence, (event, times) => {
        const levels = this.#holders.get(event) ?? []
        if (levels.length < times) levels.push([])
        levels[times - 1].push(index)
        this.#holders.set(event, levels)
      })
    })
  }

  /** Of an unfinished session the distance to the beginning of a normal one that is nearest. */
  distance(events: Int32Array, isUnfinished: boolean): number {
    let nearest = 1
    for (const { index, bound } of this.#candidates(events)) {
      const sequence = this.#sequences[index]
      const longer = Math.max(events.length, sequence.length)
      if (longer === 0) return 0
      if (bound >= nearest && !isUnfinished) break
      const edits = editsTo(events, sequence)
      const fewest = isUnfinished ? edits.reduce((least, count) => Math.min(least, count)) : edits[sequence.length]
      nearest = Math.min(nearest, fewest / (isUnfinished ? Math.max(events.length, 1) : longer))
    }
    return nearest
  }

  /** The sequences nearest by events in common, with the least that their distance can be. */
  #candidates(events: Int32Array): { index: number; bound: number }[] {
    const shared = this.#shared.fill(0)
    countUp(events, (event, times) => {
      for (const index of this.#holders.get(event)?.[times - 1] ?? []) shared[index]++
    })
    const nearest: { index: number; bound: number }[] = []
    for (let index = 0; index < shared.length; index++) {
      const bound = 1 - shared[index] / Math.max(events.length, this.#sequences[index].length, 1)
      if (nearest.length === CANDIDATES && bound >= nearest[CANDIDATES - 1].bound) continue
      let place = nearest.length
      while (place > 0 && nearest[place - 1].bound > bound) place--
      nearest.splice(place, 0, { index, bound })
      if (nearest.length > CANDIDATES) nearest.pop()
    }
    return nearest
  }
}

/** Calls back with each event and the how many-th of its kind it is, from 1. */
function countUp(events: ArrayLike<number>, visit: (event: number, times: number) => void): void {
  const counts = new Map<number, number>()
  for (let i = 0; i < events.length; i++) {
    const times = (counts.get(events[i]) ?? 0) + 1
    counts.set(events[i], times)
    visit(events[i], times)
  }
}

/** Edits that turn a sequence into the beginnings of another, by their lengths (Wagner & Fischer 1974, row by row). */
function editsTo(a: ArrayLike<number>, b: ArrayLike<number>): Int32Array {
  const row = Int32Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]
    row[0] = i
    for (let j = 1; j <= b.length; j++) {
      const substituted = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)
      diagonal = row[j]
      row[j] = Math.min(substituted, diagonal + 1, row[j - 1] + 1)
    }
  }
  return row
}
