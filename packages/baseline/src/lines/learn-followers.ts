import { isWithin, NOTHING } from './line-detector.js'
import type { LogLines, RowRange } from './log-lines.js'
import { PairTable } from './pair-table.js'

/** A template and one that follows it. */
export type CompanyRule = readonly [
  template: number,
  follower: number,
  count: number,
  misses: number,
  longestMs: number,
]

/** A follower further away is not looked for. */
const WITHIN_MS = 60_000
const FEWEST_OCCURRENCES = 30
/** Followers that are missing more often than this are no rule. */
const MOST_MISSES = 0.02

/**
 * The templates that follow others on the same host within a minute, after all but 2 % of 30 occurrences or more.
 * Occurrences count whose minute is over before their stretch is, and does not reach into what is held out.
 *
 * One pass: each line is the follower of the occurrences of other templates on its host since the line of its own
 * template before it. A pair that has missed too often is not looked at again, so that after the first hundredths of a
 * log few pairs are left.
 */
export function learnFollowers(lines: LogLines, heldOut: RowRange = NOTHING): CompanyRule[] {
  const { count, template, at, stretches } = lines
  const counted = occurrencesThatCount(lines, heldOut)
  const counts: number[] = []
  for (let i = 0; i < count; i++) if (counted[i] === 1) counts[template[i]] = (counts[template[i]] ?? 0) + 1
  const pairs = new FollowerPairs(counts.map((times) => (times >= FEWEST_OCCURRENCES ? times : 0)))
  const starts = new Set(stretches)
  let past = new PastMinute(lines, pairs)
  for (let i = 0; i < count; i++) {
    if (starts.has(i)) past = new PastMinute(lines, pairs)
    if (isWithin(heldOut, i) || template[i] < 0 || Number.isNaN(at[i])) continue
    past.follow(i)
    if (counted[i] === 1 && counts[template[i]] >= FEWEST_OCCURRENCES) past.add(i)
  }
  return pairs.rules()
}

/** 1 for each line whose minute is over within its stretch and holds nothing that is held out. */
function occurrencesThatCount({ count, template, at, stretches }: LogLines, heldOut: RowRange): Uint8Array {
  const counted = new Uint8Array(count)
  for (let s = 0; s < stretches.length; s++) {
    const end = stretches[s + 1] ?? count
    let after = stretches[s]
    for (let i = stretches[s]; i < end; i++) {
      while (after < end && !(at[after] - at[i] > WITHIN_MS)) after++
      const reachesHeldOut = i < heldOut.to && after > heldOut.from
      if (after < end && template[i] >= 0 && !reachesHeldOut) counted[i] = 1
    }
  }
  return counted
}

/** What is known of pairs of a template and one that may be its follower. */
class FollowerPairs {
  readonly #counts: readonly number[]
  /** Templates that occur often enough. */
  readonly #frequent: readonly number[]
  /** By follower: the templates that it may be the usual follower of, all at first. */
  readonly #begun: number[][] = []
  readonly #pairs = new PairTable()
  readonly #followed: number[] = []
  readonly #longestMs: number[] = []
  /** By template: occurrences whose minute is over. */
  readonly #over: number[]

  /** Pairs of templates that occur so often, by template; 0 where that is too seldom. */
  constructor(counts: readonly number[]) {
    this.#counts = counts
    this.#frequent = [...counts.keys()].filter((template) => counts[template] > 0)
    this.#over = counts.map(() => 0)
  }

  /** Templates that this one may be the usual follower of. */
  begunOf(follower: number): readonly number[] {
    return (this.#begun[follower] ??= [...this.#frequent])
  }

  /** An occurrence's minute is over. */
  end(template: number): void {
    this.#over[template]++
  }

  /** Some occurrences of a template were followed, the oldest after this long. */
  follow(template: number, follower: number, { times, longestMs }: { times: number; longestMs: number }): void {
    const pair = this.#pairs.indexOf(template, follower)
    this.#followed[pair] = (this.#followed[pair] ?? 0) + times
    this.#longestMs[pair] = Math.max(this.#longestMs[pair] ?? 0, longestMs)
  }

  /** Forgets the templates that this one has failed to follow too often. */
  forgetMissed(follower: number): void {
    const left = this.begunOf(follower).filter((template) => {
      const followed = this.#followed[this.#pairs.find(template, follower)] ?? 0
      return this.#over[template] - followed <= MOST_MISSES * this.#counts[template]
    })
    if (left.length < this.#begun[follower].length) this.#begun[follower] = left
  }

  /** The pairs that are rules. */
  rules(): CompanyRule[] {
    const rules: CompanyRule[] = []
    for (let pair = 0; pair < this.#pairs.size; pair++) {
      const [template, follower] = this.#pairs.pairOf(pair)
      const count = this.#counts[template]
      const misses = count - this.#followed[pair]
      if (misses <= MOST_MISSES * count) rules.push([template, follower, count, misses, this.#longestMs[pair]])
    }
    return rules.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  }
}

/** The occurrences of the last minute of one stretch. */
class PastMinute {
  readonly #lines: LogLines
  readonly #pairs: FollowerPairs
  /** Numbers of pairs of host and template, and by them the occurrences and the last line. */
  readonly #places = new PairTable()
  readonly #occurrences: Queue[] = []
  readonly #last: number[] = []
  /** All occurrences, in order. */
  readonly #all = new Queue()
  /** Lines since the pairs of a follower were sifted, by follower. */
  readonly #sinceSifted: number[] = []

  constructor(lines: LogLines, pairs: FollowerPairs) {
    this.#lines = lines
    this.#pairs = pairs
  }

  /** Adds an occurrence. */
  add(line: number): void {
    const { host, template } = this.#lines
    this.#occurrences[this.#placeOf(host[line], template[line])].push(line)
    this.#all.push(line)
  }

  /** A line follows what occurred within the last minute. */
  follow(line: number): void {
    const { host, template, at } = this.#lines
    this.#endMinutes(at[line])
    const [ownHost, follower] = [host[line], template[line]]
    const own = this.#placeOf(ownHost, follower)
    for (const begun of this.#pairs.begunOf(follower)) {
      const place = this.#places.find(ownHost, begun)
      if (place < 0) continue
      const occurrences = this.#occurrences[place]
      const first = occurrences.firstFrom(this.#last[own])
      if (first < 0) continue
      const longestMs = at[line] - at[occurrences.at(first)]
      this.#pairs.follow(begun, follower, { times: occurrences.end - first, longestMs })
    }
    this.#last[own] = line
    this.#sift(follower)
  }

  #endMinutes(now: number): void {
    const { host, template, at } = this.#lines
    while (this.#all.size > 0 && now - at[this.#all.first] > WITHIN_MS) {
      const line = this.#all.take()
      this.#occurrences[this.#placeOf(host[line], template[line])].take()
      this.#pairs.end(template[line])
    }
  }

  #sift(follower: number): void {
    const since = (this.#sinceSifted[follower] ?? 0) + 1
    this.#sinceSifted[follower] = since % SIFT_EVERY
    if (since === SIFT_EVERY) this.#pairs.forgetMissed(follower)
  }

  #placeOf(host: number, template: number): number {
    const place = this.#places.indexOf(host, template)
    if (place < this.#last.length) return place
    this.#occurrences.push(new Queue())
    this.#last.push(-1)
    return place
  }
}

const SIFT_EVERY = 16

/** Ascending numbers, taken out at the front. */
class Queue {
  #values: number[] = []
  #from = 0

  get size(): number {
    return this.#values.length - this.#from
  }

  get first(): number {
    return this.#values[this.#from]
  }

  /** Place after the last. */
  get end(): number {
    return this.#values.length
  }

  at(place: number): number {
    return this.#values[place]
  }

  push(value: number): void {
    this.#values.push(value)
  }

  take(): number {
    const value = this.#values[this.#from++]
    if (this.#from > 1024 && this.#from * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#from)
      this.#from = 0
    }
    return value
  }

  /** Place of the first number from a number on, −1 where there is none. */
  firstFrom(value: number): number {
    let [low, high] = [this.#from, this.#values.length]
    if (low === high || this.#values[high - 1] < value) return -1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#values[middle] < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
