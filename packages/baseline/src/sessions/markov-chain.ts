import type { Sessions } from '@sp/builders'
import { PairTable } from '../lines/pair-table.js'
import { eventsOf, keyOfEvents, remembering, sessionDetectorOf } from './session-detector.js'

/** How often each event followed each in normal sessions; event 0 is the mark of the begin and of the end. */
export interface MarkovModel {
  readonly closed: boolean
  /** Ascending. */
  readonly transitions: readonly Transition[]
}

/** How often one event followed another. */
export type Transition = readonly [from: number, to: number, count: number]

/** What is taken off each count for what was never seen. */
const DISCOUNT = 0.5

/**
 * Score: the largest surprise, −ln of a probability, of an event after the one before it, begin and end included.
 *
 * A chain of order 1 with absolute discounting (Ney, Essen & Kneser 1994): each seen transition gives half a count away,
 * and what they give is shared by all kinds of events alike. (Shared by how often an event occurs at all, F1 on HDFS is
 * .942 instead of .952; the mean or the sum instead of the largest surprise: at most .926.)
 */
export const markovDetector = sessionDetectorOf<MarkovModel>({
  resolution: 0.1,
  train(normal: Sessions, { closed = true } = {}) {
    const pairs = new PairTable()
    const counts: number[] = []
    for (let s = 0; s < normal.count; s++) {
      for (const [from, to] of transitionsOf(eventsOf(normal, s), closed)) {
        const pair = pairs.indexOf(from, to)
        counts[pair] = (counts[pair] ?? 0) + 1
      }
    }
    const transitions = counts.map((count, pair) => [...pairs.pairOf(pair), count] as const)
    return { closed, transitions: transitions.sort((a, b) => a[0] - b[0] || a[1] - b[1]) }
  },
  open({ transitions, closed }) {
    const chain = new MarkovChain(transitions)
    return remembering(keyOfEvents, ({ events, isUnfinished }) =>
      transitionsOf(events, closed && !isUnfinished).reduce(
        (most, [from, to]) => Math.max(most, chain.surpriseOf(from, to)),
        0,
      ),
    )
  },
})

/** The probabilities that counts of transitions give. */
export class MarkovChain {
  readonly #transitions: readonly Transition[]
  readonly #pairs = new PairTable()
  /** By number of the pair. */
  readonly #surprise: Float64Array
  /** Surprise of what never followed an event, by event. */
  readonly #unseen = new Map<number, number>()
  /** Surprise of anything after an event that never occurred. */
  readonly #unknown: number

  constructor(transitions: readonly Transition[]) {
    this.#transitions = transitions
    // One more, for all that training never saw.
    const kinds = new Set(transitions.map(([, to]) => to)).size + 1
    this.#unknown = Math.log(kinds)
    const rows = new Map<number, { size: number; total: number }>()
    for (const [from, , count] of transitions) {
      const row = rows.get(from) ?? { size: 0, total: 0 }
      rows.set(from, { size: row.size + 1, total: row.total + count })
    }
    for (const [from, { size, total }] of rows) this.#unseen.set(from, -Math.log((DISCOUNT * size) / kinds / total))
    this.#surprise = Float64Array.from(transitions, ([from, to, count]) => {
      this.#pairs.indexOf(from, to)
      const { size, total } = rows.get(from)!
      return -Math.log((Math.max(count - DISCOUNT, 0) + (DISCOUNT * size) / kinds) / total)
    })
  }

  /** −ln P(to | from), 0 or more. */
  surpriseOf(from: number, to: number): number {
    const pair = this.#pairs.find(from, to)
    return pair >= 0 ? this.#surprise[pair] : (this.#unseen.get(from) ?? this.#unknown)
  }

  /** What usually follows an event, likeliest first. */
  likeliest(from: number, most: number): number[] {
    const followers = this.#transitions.filter(([event]) => event === from).sort((a, b) => b[2] - a[2] || a[1] - b[1])
    return followers.slice(0, most).map(([, to]) => to)
  }
}

/** What follows what in a session, event 0 the mark of the begin and, if it is closed, of the end. */
export function transitionsOf(events: Int32Array, closed: boolean): [from: number, to: number][] {
  const transitions: [number, number][] = []
  let from = 0
  for (const to of events) {
    transitions.push([from, to])
    from = to
  }
  if (closed) transitions.push([from, 0])
  return transitions
}
