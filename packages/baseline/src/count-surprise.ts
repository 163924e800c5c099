import { logIncompleteBeta } from './log-beta-tail.js'

/** What the past lets expect of a count; mean and variance are above 0. */
export interface CountForecast {
  readonly mean: number
  readonly variance: number
}

/**
 * Forecast for a window of a length (1 = full) from `occurrences` in `exposure` full windows.
 * The variance is that of the counts themselves (dispersion · mean) plus that of the rate, which is known the better
 * the more occurrences there were. Half an occurrence is added (Jeffreys' prior), so that nothing is impossible.
 */
export function forecastFrom(
  { occurrences, exposure, dispersion }: { occurrences: number; exposure: number; dispersion: number },
  length: number,
): CountForecast {
  const evidence = occurrences + 0.5
  const mean = (evidence / exposure) * length
  const fraction = mean - Math.floor(mean)
  // No whole number varies less than this around its mean, however regular the log.
  const variance = Math.max(dispersion * mean, fraction * (1 - fraction))
  return { mean, variance: variance + mean ** 2 / evidence }
}

/**
 * −log10 P(C ≥ count): how surprising it is to see a template at least this often; 0 at or below the mean.
 * Unbounded, since the tail is computed in logarithms. C is negative binomial with the mean and variance of the
 * forecast; Poisson where the variance is not above the mean.
 */
export function surpriseOfMany(count: number, { mean, variance }: CountForecast): number {
  if (count <= mean) return 0
  const shape = negativeBinomialShape(mean, variance)
  return -logIncompleteBeta(mean / (shape + mean), count, shape) / Math.LN10
}

/**
 * −log10 P(C ≤ count): how surprising it is to see a template no more often than this; 0 at or above the mean.
 * Unlike {@link surpriseOfMany} it uses a variance below the mean, as a regular heartbeat has it: C is then binomial
 * (together with the other two: the family of Panjer 1981), so that a heartbeat that stops weighs more than a gap in
 * lines that come by chance.
 */
export function surpriseOfFew(count: number, { mean, variance }: CountForecast): number {
  if (count >= mean) return 0
  if (variance < mean * 0.999) {
    const p = 1 - variance / mean
    return -logIncompleteBeta(1 - p, mean / p - count, count + 1) / Math.LN10
  }
  const shape = negativeBinomialShape(mean, variance)
  return -logIncompleteBeta(shape / (shape + mean), shape, count + 1) / Math.LN10
}

/** At a shape of 10,000 times the mean it is Poisson to four digits; larger shapes would only cost accuracy. */
function negativeBinomialShape(mean: number, variance: number): number {
  return Math.min(mean ** 2 / Math.max(variance - mean, 0), 1e4 * Math.max(mean, 1))
}
