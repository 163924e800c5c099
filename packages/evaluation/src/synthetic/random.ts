/**
 * A seeded source of chance: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021),
 * its state filled by the 32-bit finaliser of MurmurHash3 over a counter. Integer arithmetic only, so every machine
 * draws the same numbers.
 */
export class Random {
  readonly #seed: number
  readonly #state: Uint32Array

  /** Takes any integer as seed; only its lowest 32 bits count. */
  constructor(seed: number) {
    this.#seed = seed >>> 0
    this.#state = Uint32Array.from({ length: 4 }, (_, i) => mix(this.#seed + Math.imul(i + 1, 0x9e3779b9)))
  }

  /** An independent source named after its use, so that a change in one part of a log leaves the others as they were. */
  fork(name: string): Random {
    let hash = 0x811c9dc5 ^ this.#seed // FNV-1a
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
    return new Random(mix(hash))
  }

  /** Uniform in 0 <= x < 1, of 32 random bits. */
  float(): number {
    return this.#next() / 2 ** 32
  }

  /** Uniform integer, both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.float() * (to - from + 1))
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.float() < probability
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]
  }

  /** The items in another order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i)
      ;[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]]
    }
    return shuffled
  }

  /** Lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.#next().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  #next(): number {
    const s = this.#state
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0
    const t = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotateLeft(s[3], 11)
    return result
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}

function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
