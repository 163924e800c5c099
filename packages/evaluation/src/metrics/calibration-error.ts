/**
 * How far p-values of normal units are from what they claim: the largest |share of units with p ≤ t − t| over the values
 * `t` that occur (a Kolmogorov distance; at values that do not occur, discrete p-values are conservative by nature).
 * 0 for perfect ones; `null` without any.
 * @param upTo looks at p-values up to here only; default 1, all of them
 */
export function calibrationError(pValues: ArrayLike<number>, upTo = 1): number | null {
  const ascending = Array.from(pValues).sort((a, b) => a - b)
  if (ascending.length === 0) return null
  let error = 0
  for (let i = 0; i < ascending.length && ascending[i] <= upTo; i++) {
    if (ascending[i + 1] === ascending[i]) continue
    error = Math.max(error, Math.abs((i + 1) / ascending.length - ascending[i]))
  }
  return error
}
