import type { PlainSeries } from './autoregression.js'
import { symmetricEigen } from './symmetric-eigen.js'

/** The directions in which standardised series move together; plain data. */
export interface PrincipalComponents {
  /** Orthonormal rows, `[components, N]`, largest variance first. */
  readonly components: readonly (readonly number[])[]
}

/**
 * Learns the components of standardised series (Pearson 1901). Those are kept whose variance is more than noise alone gives:
 * above the optimal hard threshold of Gavish & Donoho 2014 (eq. 11) for noise of unknown level; at most half of N, so
 * that something is left to be explained.
 */
export function fitPrincipalComponents({ count, size, values }: PlainSeries): PrincipalComponents {
  const covariance = new Float64Array(size * size)
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < size; i++) {
      const value = values[t * size + i]
      for (let j = 0; j <= i; j++) covariance[i * size + j] += (value * values[t * size + j]) / count
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j]
  const eigen = symmetricEigen(covariance, size)
  const strengths = eigen.values.map((value) => Math.sqrt(Math.max(value, 0)))
  const least = thresholdRatio(Math.min(1, size / count)) * strengths[size >> 1]
  const kept = Math.min(strengths.filter((strength) => strength > least).length, size >> 1)
  return {
    components: Array.from({ length: kept }, (_, c) => [...eigen.vectors.subarray(c * size, (c + 1) * size)]),
  }
}

/**
 * What each point has outside the components, `[T, N]`.
 * @param first point from which on it is asked for; before, the values stand
 */
export function componentResidual(
  { count, size, values }: PlainSeries,
  { components }: PrincipalComponents,
  first = 0,
): Float64Array {
  const residual = values.slice()
  for (let t = first; t < count; t++) {
    const at = t * size
    for (const component of components) {
      let along = 0
      for (let i = 0; i < size; i++) along += component[i] * values[at + i]
      for (let i = 0; i < size; i++) residual[at + i] -= along * component[i]
    }
  }
  return residual
}

/** Gavish & Donoho's ω(β): the threshold as a multiple of the median singular value; β is columns by rows. */
function thresholdRatio(beta: number): number {
  return 0.56 * beta ** 3 - 0.95 * beta ** 2 + 1.82 * beta + 1.43
}
