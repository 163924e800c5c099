import { GrowingColumn } from './growing-column.js'
import { RecentTable } from './recent-table.js'

/** Lines of hosts and templates by second, the pair seen longest ago first: plain data, fit for JSON. */
export type LineCountsSnapshot = readonly {
  readonly host: number
  readonly template: number
  /** Milliseconds. */
  readonly at: number
  /** `[second, lines]`, ascending. */
  readonly seconds: readonly (readonly [second: number, lines: number])[]
}[]

const SECONDS = 60
/** A minute reaches into 61 seconds. */
const PLACES = SECONDS + 1
/** Pairs of host and template that are counted at once, those seen last. */
const MOST_PAIRS = 16_384

/**
 * How many lines of a template a host has written within the last minute, to the second. A second of a pair is one
 * number, so memory does not depend on how many lines come: at most 16,384 pairs of 61 numbers.
 */
export class LineCounts {
  /** The time that is looked back. */
  readonly withinMs = 1000 * SECONDS
  readonly #pairs = new RecentTable(MOST_PAIRS)
  /** By slot: second of the latest line, lines of the minute, and lines of each second at its number modulo 61. */
  readonly #second = new GrowingColumn(Float64Array)
  readonly #sum = new GrowingColumn(Int32Array)
  readonly #lines = new GrowingColumn(Int32Array)

  /** Counts of nothing, or those of a snapshot. */
  constructor(snapshot: LineCountsSnapshot = []) {
    for (const { host, template, at, seconds } of snapshot) {
      const slot = this.#see(host, template, at)
      for (const [second, lines] of seconds) {
        this.#moveTo(second, slot)
        this.#lines.values[PLACES * slot + placeOf(second)] = lines
        this.#sum.values[slot] += lines
      }
    }
  }

  /** Counts a line, and says how many of its kind there were within the last minute, this one included. */
  add(host: number, template: number, at: number): number {
    const slot = this.#see(host, template, at)
    const second = Math.floor(at / 1000)
    if (second > this.#second.values[slot]) this.#moveTo(second, slot)
    this.#lines.values[PLACES * slot + placeOf(second)]++
    return ++this.#sum.values[slot]
  }

  /** The counts that still mean something; hosts are numbered anew, in the order of `hosts`. */
  snapshot(hosts: readonly number[]): LineCountsSnapshot {
    const numberOf = new Map(hosts.map((slot, number) => [slot, number]))
    const slots = this.#pairs.slotsSince(this.#pairs.latest - 1000 * PLACES)
    return this.#pairs.snapshot(slots).map(([host, template, at], i) => {
      return { host: numberOf.get(host) ?? -1, template, at: at!, seconds: this.#secondsOf(slots[i]) }
    })
  }

  #see(host: number, template: number, at: number): number {
    const slot = this.#pairs.see(host, template, at)
    if (!this.#pairs.isNew) return slot
    this.#second.reach(slot + 1)
    this.#sum.reach(slot + 1)
    this.#lines.reach(PLACES * (slot + 1))
    this.#second.values[slot] = -Infinity
    this.#sum.values[slot] = 0
    this.#lines.values.fill(0, PLACES * slot, PLACES * (slot + 1))
    return slot
  }

  /** Empties the seconds that a later one puts more than a minute back. */
  #moveTo(second: number, slot: number): void {
    const passed = Math.min(second - this.#second.values[slot], PLACES)
    for (let s = second - passed + 1; s <= second; s++) {
      const place = PLACES * slot + placeOf(s)
      this.#sum.values[slot] -= this.#lines.values[place]
      this.#lines.values[place] = 0
    }
    this.#second.values[slot] = second
  }

  #secondsOf(slot: number): (readonly [second: number, lines: number])[] {
    const latest = this.#second.values[slot]
    const counted: [second: number, lines: number][] = []
    for (let second = latest - SECONDS; second <= latest; second++) {
      const lines = this.#lines.values[PLACES * slot + placeOf(second)]
      if (lines > 0) counted.push([second, lines])
    }
    return counted
  }
}

/** Of a second that may lie before 1970. */
function placeOf(second: number): number {
  return ((second % PLACES) + PLACES) % PLACES
}
