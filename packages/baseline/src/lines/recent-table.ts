import { hashOfPair } from './pair-table.js'

/** The entries of a {@link RecentTable}, the one seen longest ago first: plain data, fit for JSON. */
export type RecentTableSnapshot = readonly (readonly [first: number, second: number, at: number | null])[]

/**
 * Remembers the pairs of integers that were seen last, each in a slot of its own: what belongs to a pair lies in arrays at
 * its slot, `0 <= slot < size <= capacity`. Where all slots are taken, the pair seen longest ago makes room. A look-up
 * makes no object.
 */
export class RecentTable {
  readonly #capacity: number
  #size = 0
  #first = new Int32Array(8)
  #second = new Int32Array(8)
  #at = new Float64Array(8)
  /** Neighbours in the order of being seen, −1 at the ends. */
  #older = new Int32Array(8)
  #newer = new Int32Array(8)
  #oldest = -1
  #newest = -1
  /** First slot of each place of the table and next slot of the same place, −1 where there is none. */
  #heads = new Int32Array(16).fill(-1)
  #next = new Int32Array(8)

  /** Whether the pair that was seen last had no slot before (or had lost it): what lies at its slot is another's. */
  isNew = false

  /** When the pair that was seen last was seen before, NaN where it is new or that is not known. */
  before = NaN

  /** An empty table, or one with the entries of a snapshot at the slots 0, 1, … in their order. */
  constructor(capacity: number, snapshot: RecentTableSnapshot = []) {
    this.#capacity = capacity
    for (const [first, second, at] of snapshot) this.see(first, second, at ?? NaN)
  }

  /** Slots in use. */
  get size(): number {
    return this.#size
  }

  /** When the latest pair was seen; NaN where none was or that is not known. */
  get latest(): number {
    return this.#newest >= 0 ? this.#at[this.#newest] : NaN
  }

  /** The slot of a pair that is seen at a time of the log's clock. */
  see(first: number, second: number, at: number): number {
    // The same thing twice in a row is the commonest case.
    let slot = this.#newest
    if (slot < 0 || this.#first[slot] !== first || this.#second[slot] !== second) slot = this.#find(first, second)
    this.isNew = slot < 0
    if (slot < 0) slot = this.#insert(first, second)
    else if (slot !== this.#newest) {
      this.#unlink(slot)
      this.#append(slot)
    }
    this.before = this.isNew ? NaN : this.#at[slot]
    this.#at[slot] = at
    return slot
  }

  /**
   * The slots in the order of being seen, oldest first, from the first one on that was seen at a time or later (or at an
   * unknown one).
   */
  slotsSince(time: number): number[] {
    const slots: number[] = []
    for (let slot = this.#newest; slot >= 0 && !(this.#at[slot] < time); slot = this.#older[slot]) slots.push(slot)
    return slots.reverse()
  }

  /** The entries of some slots, for another table to go on with. */
  snapshot(slots: readonly number[]): RecentTableSnapshot {
    return slots.map((slot) => {
      const at = this.#at[slot]
      return [this.#first[slot], this.#second[slot], Number.isNaN(at) ? null : at] as const
    })
  }

  #find(first: number, second: number): number {
    let slot = this.#heads[hashOfPair(first, second) & (this.#heads.length - 1)]
    while (slot >= 0 && (this.#first[slot] !== first || this.#second[slot] !== second)) slot = this.#next[slot]
    return slot
  }

  #insert(first: number, second: number): number {
    let slot = this.#size
    if (slot < this.#capacity) {
      if (slot === this.#first.length) this.#grow()
      this.#size++
    } else {
      slot = this.#oldest
      this.#unlink(slot)
      this.#forget(slot)
    }
    this.#first[slot] = first
    this.#second[slot] = second
    this.#chain(slot)
    this.#append(slot)
    return slot
  }

  #append(slot: number): void {
    this.#older[slot] = this.#newest
    this.#newer[slot] = -1
    if (this.#newest >= 0) this.#newer[this.#newest] = slot
    else this.#oldest = slot
    this.#newest = slot
  }

  #unlink(slot: number): void {
    const [older, newer] = [this.#older[slot], this.#newer[slot]]
    if (older >= 0) this.#newer[older] = newer
    else this.#oldest = newer
    if (newer >= 0) this.#older[newer] = older
    else this.#newest = older
  }

  #chain(slot: number): void {
    const place = hashOfPair(this.#first[slot], this.#second[slot]) & (this.#heads.length - 1)
    this.#next[slot] = this.#heads[place]
    this.#heads[place] = slot
  }

  #forget(slot: number): void {
    const place = hashOfPair(this.#first[slot], this.#second[slot]) & (this.#heads.length - 1)
    if (this.#heads[place] === slot) {
      this.#heads[place] = this.#next[slot]
      return
    }
    let before = this.#heads[place]
    while (this.#next[before] !== slot) before = this.#next[before]
    this.#next[before] = this.#next[slot]
  }

  #grow(): void {
    const length = 2 * this.#first.length
    this.#first = copyInto(new Int32Array(length), this.#first)
    this.#second = copyInto(new Int32Array(length), this.#second)
    this.#at = copyInto(new Float64Array(length), this.#at)
    this.#older = copyInto(new Int32Array(length), this.#older)
    this.#newer = copyInto(new Int32Array(length), this.#newer)
    this.#next = new Int32Array(length)
    this.#heads = new Int32Array(2 * length).fill(-1)
    for (let slot = 0; slot < this.#size; slot++) this.#chain(slot)
  }
}

function copyInto<T extends Int32Array | Float64Array>(target: T, source: T): T {
  target.set(source)
  return target
}
