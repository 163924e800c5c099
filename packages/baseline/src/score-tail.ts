/** The scores of held-out normal windows and the generalized Pareto tail fitted to the largest of them. */
export interface ScoreTail {
  /** Scores of the held-out windows, ascending. */
  readonly scores: readonly number[]
  /** Scores above this follow the tail. */
  readonly start: number
  /** Share of held-out windows above `start`. */
  readonly share: number
  /** Scale σ of the tail, above 0, in the unit of the score. */
  readonly scale: number
  /** Shape ξ of the tail, 0 (exponential) to 0.5. */
  readonly shape: number
}

/**
 * Peaks over threshold: the largest tenth of the scores, their excess generalized Pareto distributed, with scale and
 * shape from probability-weighted moments (Hosking & Wallis 1987, eq. 3.1). With fewer than {@link SHAPED_TAIL} excesses
 * the shape cannot be told from noise and the tail is exponential; with fewer than {@link SHORTEST_TAIL} in a tenth,
 * the tail starts lower. Scores equal to the start are no excesses: where most scores are 0, the tail is of the others.
 * @param heldOut scores of at least one normal unit that was not learned from
 * @param resolution the smallest difference of scores that means something, and so the smallest scale: it keeps equal
 * scores (a log that never changes) from making a tail of width 0, which any rounding would exceed
 */
export function fitScoreTail(heldOut: ArrayLike<number>, resolution = SURPRISE_RESOLUTION): ScoreTail {
  const scores = Array.from(heldOut).sort((a, b) => a - b)
  const length = Math.min(scores.length - 1, Math.max(SHORTEST_TAIL, Math.floor(scores.length / 10)))
  const start = scores[scores.length - 1 - length]
  const excesses = scores.filter((score) => score > start).map((score) => score - start)
  const { scale, shape } = fitExcesses(excesses)
  const share = Math.max(excesses.length, 1) / scores.length
  return { scores, start, share, scale: Math.max(scale, resolution), shape }
}

/**
 * Share of normal windows that score at least this high, above 0 (if only by the smallest double) and at most 1.
 * Counted among the held-out windows while at least {@link COUNTED} of them score so high; beyond, the fitted tail goes
 * on from there.
 */
export function pValueOf(tail: ScoreTail, score: number): number {
  const { scores } = tail
  const higher = countAtLeast(scores, score)
  if (higher >= COUNTED) return higher / scores.length
  const share = (COUNTED / scores.length) * (survival(tail, score) / survival(tail, lastCounted(tail)))
  // Of a single held-out window there are fewer than are counted.
  return Math.min(1, Math.max(Number.MIN_VALUE, share))
}

/** The score that this share of normal windows exceeds; the inverse of {@link pValueOf}. */
export function scoreAtPValue(tail: ScoreTail, p: number): number {
  const { scores, start, share, scale, shape } = tail
  const higher = Math.floor(p * scores.length)
  if (higher >= COUNTED) return scores[Math.max(0, scores.length - 1 - higher)]
  const left = (p * scores.length * survival(tail, lastCounted(tail))) / (COUNTED * share)
  return start + scale * (shape < 1e-9 ? -Math.log(left) : (left ** -shape - 1) / shape)
}

/** Held-out windows that must score higher for their count to be trusted: one alone may be the odd one of a log. */
const COUNTED = 2

function lastCounted({ scores }: ScoreTail): number {
  return scores[Math.max(0, scores.length - COUNTED)]
}

/** Share above a score by the fitted tail alone. */
function survival({ start, share, scale, shape }: ScoreTail, score: number): number {
  const z = Math.max(0, score - start) / scale
  return share * (shape < 1e-9 ? Math.exp(-z) : (1 + shape * z) ** (-1 / shape))
}

const SHORTEST_TAIL = 10
const SHAPED_TAIL = 30
/** Of −log10 of a probability: a quarter more or less. */
const SURPRISE_RESOLUTION = 0.1

/** Scale and shape of excesses that ascend and are 0 or more. */
function fitExcesses(excesses: readonly number[]): { scale: number; shape: number } {
  const n = excesses.length
  if (n === 0) return { scale: 0, shape: 0 }
  const mean = excesses.reduce((sum, x) => sum + x, 0) / n
  if (n < SHAPED_TAIL) return { scale: mean, shape: 0 }
  const weighted = excesses.reduce((sum, x, i) => sum + x * (1 - (i + 0.65) / n), 0) / n
  const shape = 2 - mean / (mean - 2 * weighted)
  // Below 0 the tail would end and everything beyond have probability 0; above 0.5 these moments do not exist.
  if (!(shape > 0)) return { scale: mean, shape: 0 }
  const bounded = Math.min(shape, 0.5)
  return { scale: mean * (1 - bounded), shape: bounded }
}

function countAtLeast(ascending: readonly number[], score: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] < score) low = middle + 1
    else high = middle
  }
  return ascending.length - low
}
