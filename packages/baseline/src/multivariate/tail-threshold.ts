/** Excesses with which a tail can be told from noise. */
const FEWEST = 100
const SHARE = 0.1

/**
 * The score that the share `budget` of normal frames exceeds, by a generalized Pareto distribution over the largest tenth
 * (probability-weighted moments, Hosking & Wallis 1987). Frames overlap, so the few that lie above the score itself come in
 * clusters, and their count is off by half; the tenth is known better. `null` with fewer than 1,000 scores, or where the
 * budget is larger than the tenth.
 */
export function tailThreshold(scores: Float64Array, budget: number): number | null {
  const ascending = scores.slice().sort()
  const count = Math.floor(ascending.length * SHARE)
  if (count < FEWEST || budget >= SHARE) return null
  const start = ascending[ascending.length - 1 - count]
  let [mean, weighted] = [0, 0]
  for (let i = 0; i < count; i++) {
    const excess = ascending[ascending.length - count + i] - start
    mean += excess / count
    weighted += (excess * (1 - (i + 0.65) / count)) / count
  }
  if (!(mean > 0)) return start
  const shape = Math.max(-0.5, Math.min(0.5, 2 - mean / (mean - 2 * weighted)))
  const scale = mean * (1 - shape)
  const rarer = Math.log(SHARE / budget)
  return start + (Math.abs(shape) < 1e-6 ? scale * rarer : (scale * (Math.exp(shape * rarer) - 1)) / shape)
}
