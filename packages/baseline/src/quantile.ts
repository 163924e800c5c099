/** Quantile `q`, 0..1, of values, with linear interpolation between neighbours (the default of numpy and pandas). */
export function quantile(values: ArrayLike<number>, q: number): number {
  const ascending = Array.from(values).sort((a, b) => a - b)
  const place = (ascending.length - 1) * q
  const below = Math.floor(place)
  const above = Math.min(below + 1, ascending.length - 1)
  return ascending[below] + (ascending[above] - ascending[below]) * (place - below)
}
