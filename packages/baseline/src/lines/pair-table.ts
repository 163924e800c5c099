/**
 * Numbers pairs of integers in the order in which they appear, from 0; what belongs to a pair lies in arrays at its number.
 * An open hash table over typed arrays: a look-up makes no object and no string.
 */
export class PairTable {
  #first = new Int32Array(16)
  #second = new Int32Array(16)
  /** Number of the pair in each place of the table plus one, 0 where there is none. */
  #places = new Int32Array(32)
  #size = 0

  /** Pairs so far. */
  get size(): number {
    return this.#size
  }

  /** The pair of a number. */
  pairOf(index: number): readonly [first: number, second: number] {
    return [this.#first[index], this.#second[index]]
  }

  /** Number of a pair, −1 where it is not known. */
  find(first: number, second: number): number {
    const mask = this.#places.length - 1
    for (let place = hashOfPair(first, second) & mask; ; place = (place + 1) & mask) {
      const index = this.#places[place] - 1
      if (index < 0 || (this.#first[index] === first && this.#second[index] === second)) return index
    }
  }

  /** Number of a pair, the next one where it is new. */
  indexOf(first: number, second: number): number {
    const known = this.find(first, second)
    if (known >= 0) return known
    if (this.#size === this.#first.length) this.#grow()
    const index = this.#size++
    this.#first[index] = first
    this.#second[index] = second
    this.#put(index)
    return index
  }

  #put(index: number): void {
    const mask = this.#places.length - 1
    let place = hashOfPair(this.#first[index], this.#second[index]) & mask
    while (this.#places[place] !== 0) place = (place + 1) & mask
    this.#places[place] = index + 1
  }

  /** Twice as many; half of the places stay free. */
  #grow(): void {
    this.#first = longer(this.#first)
    this.#second = longer(this.#second)
    this.#places = new Int32Array(2 * this.#places.length)
    for (let index = 0; index < this.#size; index++) this.#put(index)
  }
}

/** A well-mixed hash of two 32-bit integers (the finaliser of MurmurHash3 over a sum of multiples). */
export function hashOfPair(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x85ebca77)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function longer(values: Int32Array): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(2 * values.length)
  twice.set(values)
  return twice
}
