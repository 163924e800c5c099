/** A seeded stream of pseudo-random numbers: the same seed gives the same numbers everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Whole number in [0, `below`). */
  integer(below: number): number
  /** Standard normal. */
  normal(): number
}

/** splitmix32 started from `seed` (any whole number) and a stream number. */
export function seededRandom(seed: number, stream = 0): Random {
  let state = (Math.imul(seed, 0x9e3779b9) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0
  function uniform(): number {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    // Box and Muller 1958.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** `length` numbers uniform in [−`bound`, `bound`): initial weights. Glorot's bound is √(6 / (fan in + fan out)). */
export function uniformArray(random: Random, length: number, bound: number): Float32Array {
  return Float32Array.from({ length }, () => (2 * random.uniform() - 1) * bound)
}

/** `length` normal numbers of standard deviation `deviation`: initial embeddings. */
export function normalArray(random: Random, length: number, deviation = 1): Float32Array {
  return Float32Array.from({ length }, () => random.normal() * deviation)
}

/** 0 … `length` − 1 in random order (Fisher & Yates). */
export function permutation(random: Random, length: number): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}
