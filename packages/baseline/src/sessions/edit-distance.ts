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
      const events = eventsOf(normal, s).subarray(0, COMPARED_EVENTS)
      const key = events.join(' ')
      if (!distinct.has(key)) distinct.set(key, Array.from(events))
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

/** Sequences of the same events in any order: each has as many in common with a session. */
interface Rearranged {
  readonly length: number
  /** Indices of the sequences, ascending. */
  readonly members: number[]
}

class SequenceIndex {
  readonly #sequences: readonly (readonly number[])[]
  readonly #groups: readonly Rearranged[]
  /** For each event the groups that hold it at least once, at least twice, …: shared events are counted by walking these. */
  readonly #holders = new Map<number, number[][]>()
  readonly #shared: Int32Array

  constructor(sequences: readonly (readonly number[])[]) {
    this.#sequences = sequences
    this.#groups = groupsOf(sequences)
    this.#shared = new Int32Array(this.#groups.length)
    this.#groups.forEach(({ members }, group) => {
      countUp(sequences[members[0]], (event, times) => {
        const levels = this.#holders.get(event) ?? []
        if (levels.length < times) levels.push([])
        levels[times - 1].push(group)
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
      // As many edits are no nearer: what costs so much before its end need not be finished.
      const most = isUnfinished ? Infinity : nearest * longer
      const edits = editsTo(events, sequence, most)
      if (edits === null) continue
      const fewest = isUnfinished ? edits.reduce((least, count) => Math.min(least, count)) : edits[sequence.length]
      nearest = Math.min(nearest, fewest / (isUnfinished ? Math.max(events.length, 1) : longer))
    }
    return nearest
  }

  /** The sequences nearest by events in common, of equal ones the first, with the least that their distance can be. */
  #candidates(events: Int32Array): Candidate[] {
    const shared = this.#shared.fill(0)
    countUp(events, (event, times) => {
      for (const group of this.#holders.get(event)?.[times - 1] ?? []) shared[group]++
    })
    const nearest: Candidate[] = []
    for (let group = 0; group < shared.length; group++) {
      const { length, members } = this.#groups[group]
      const bound = 1 - shared[group] / Math.max(events.length, length, 1)
      if (nearest.length === CANDIDATES && bound > nearest[CANDIDATES - 1].bound) continue
      for (const index of members.slice(0, CANDIDATES)) insert(nearest, { index, bound })
    }
    return nearest
  }
}

interface Candidate {
  readonly index: number
  readonly bound: number
}

function groupsOf(sequences: readonly (readonly number[])[]): Rearranged[] {
  const groups = new Map<string, Rearranged>()
  sequences.forEach((sequence, index) => {
    const key = Int32Array.from(sequence).sort().join(' ')
    const known = groups.get(key)
    if (known) known.members.push(index)
    else groups.set(key, { length: sequence.length, members: [index] })
  })
  return [...groups.values()]
}

/** Keeps the nearest candidates in order. */
function insert(nearest: Candidate[], candidate: Candidate): void {
  let place = nearest.length
  while (place > 0 && isNearer(candidate, nearest[place - 1])) place--
  if (place === CANDIDATES) return
  nearest.splice(place, 0, candidate)
  if (nearest.length > CANDIDATES) nearest.pop()
}

function isNearer(a: Candidate, b: Candidate): boolean {
  return a.bound < b.bound || (a.bound === b.bound && a.index < b.index)
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

/**
 * Edits that turn a sequence into the beginnings of another, by their lengths (Wagner & Fischer 1974, row by row); `null`
 * where the whole of it takes `most` or more: no entry of a row is less than the least of the row before.
 */
function editsTo(a: ArrayLike<number>, b: ArrayLike<number>, most: number): Int32Array | null {
  const row = new Int32Array(b.length + 1)
  for (let j = 0; j < row.length; j++) row[j] = j
  for (let i = 1; i <= a.length; i++) {
    let [diagonal, left] = [row[0], i]
    let least = i
    const event = a[i - 1]
    row[0] = i
    for (let j = 1; j < row.length; j++) {
      const above = row[j]
      let edits = event === b[j - 1] ? diagonal : diagonal + 1
      if (above < edits) edits = above + 1
      if (left < edits) edits = left + 1
      row[j] = left = edits
      diagonal = above
      if (edits < least) least = edits
    }
    if (least >= most) return null
  }
  return row
}
