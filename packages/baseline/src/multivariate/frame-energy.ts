import type { PartScores } from './multivariate-detector.js'

/** Residuals `[T, N]` of normal data, by how much they vary: one standard deviation a series. */
export function residualDeviations(residual: Float64Array, size: number, least: number): number[] {
  const sums = new Float64Array(size)
  for (let i = 0; i < residual.length; i++) sums[i % size] += residual[i] ** 2
  return Array.from(sums, (sum) => Math.max(Math.sqrt(sum / (residual.length / size)), least))
}

/** Where and how residuals are added up. */
export interface EnergyOptions {
  readonly name: string
  /** N */
  readonly size: number
  /** Points of a frame. */
  readonly frame: number
  /** Standard deviation of the residual of each series in normal data. */
  readonly deviations: readonly number[]
  /** First point from which on a frame that ends with a point may be judged. */
  readonly firstEnd: (end: number) => number
}

/**
 * Energy of each series in each frame: the mean of its squared residuals in standard deviations, about 1 in normal data.
 * The score of a frame is the largest of its series: a shock in one series drowns in a sum over thirty.
 */
export function frameEnergies(
  residual: Float64Array,
  end: Int32Array,
  { name, size, frame, deviations, firstEnd }: EnergyOptions,
): PartScores {
  const score = new Float64Array(end.length)
  const rows = new Float64Array(end.length * size)
  const signed = new Float64Array(end.length * size)
  for (let f = 0; f < end.length; f++) {
    for (let i = 0; i < size; i++) {
      let [squares, sum] = [0, 0]
      for (let t = end[f] - frame + 1; t <= end[f]; t++) {
        const value = residual[t * size + i] / deviations[i]
        squares += value * value
        sum += value
      }
      rows[f * size + i] = squares / frame
      signed[f * size + i] = sum / frame
      score[f] = Math.max(score[f], squares / frame)
    }
    if (end[f] < firstEnd(end[f])) score[f] = NaN
  }
  return { name, score, rows, signed, isStrangestRow: true, fittedMean: 1 }
}
