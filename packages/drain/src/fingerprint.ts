/**
 * Contexts of a token list as numbers: a number stands for the list with a run of tokens left open. Lists that differ
 * in that run alone have the same number there; others meet by chance only (53 bits). Linear in the list's text, where
 * comparing the lists themselves would be quadratic.
 */
export class Contexts {
  readonly #heads: Hashes
  readonly #tails: Hashes

  /** Hashes all beginnings and all ends of the list. */
  constructor(tokens: readonly string[]) {
    const marks = tokens.map(fingerprintOf)
    this.#heads = chainOf(marks)
    this.#tails = chainOf(marks.reverse())
  }

  /** The number of the list with the tokens from `start` up to `end` left open. */
  of(start: number, end: number): number {
    const { low: headLow, high: headHigh } = this.#heads
    const { low: tailLow, high: tailHigh } = this.#tails
    const rest = tailLow.length - 1 - end
    const low = mix(headLow[start], tailLow[rest])
    const high = mix(headHigh[start], tailHigh[rest])
    return (high & 0x1fffff) * 2 ** 32 + (low >>> 0)
  }
}

/** Two hashes of each beginning of a list, the empty one first. */
interface Hashes {
  readonly low: Int32Array
  readonly high: Int32Array
}

interface Fingerprint {
  readonly low: number
  readonly high: number
}

function chainOf(marks: readonly Fingerprint[]): Hashes {
  const low = new Int32Array(marks.length + 1)
  const high = new Int32Array(marks.length + 1)
  for (const [place, mark] of marks.entries()) {
    low[place + 1] = mix(low[place], mark.low)
    high[place + 1] = mix(high[place], mark.high)
  }
  return { low, high }
}

/** Two hashes of a token (FNV-1a with two primes). */
function fingerprintOf(token: string): Fingerprint {
  let low = 0x811c9dc5
  let high = 0x9e3779b9
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x85ebca6b)
  }
  return { low, high }
}

/** A hash of two hashes in this order (the finaliser of MurmurHash3). */
function mix(first: number, second: number): number {
  let mixed = Math.imul(first, 0x9e3779b1) ^ second
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
