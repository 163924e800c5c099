/**
 * Contexts of a token list as numbers: `contexts[i]` stands for the list with place `i` left open. Lists that differ
 * in place `i` alone have the same number there; others meet by chance only (53 bits). Linear in the list's text,
 * where comparing the lists themselves would be quadratic.
 */
export function contextsOf(tokens: readonly string[]): number[] {
  const marks = tokens.map(fingerprintOf)
  let [low, high] = [0, 0]
  for (const [place, mark] of marks.entries()) {
    low = (low + mix(mark.low, place)) | 0
    high = (high + mix(mark.high, place)) | 0
  }
  return marks.map((mark, place) => {
    const restLow = low - mix(mark.low, place) + mix(OPEN, place)
    const restHigh = high - mix(mark.high, place) + mix(OPEN, ~place)
    return (restHigh & 0x1fffff) * 2 ** 32 + (restLow >>> 0)
  })
}

const OPEN = 0x2545f491

interface Fingerprint {
  readonly low: number
  readonly high: number
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

/** A hash of a token's hash and its place (the finaliser of MurmurHash3). */
function mix(mark: number, place: number): number {
  let mixed = mark ^ Math.imul(place + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
