/**
 * p-values with those above twice the budget made 1: which of two ordinary windows is the more ordinary depends on
 * details of the model that differ between the one that was held out and the one in use, so that p-values of the
 * combination would be off by several hundredths there and exact where it matters.
 */
export function onlyRare(pValues: Float64Array, budget: number): Float64Array {
  return pValues.map((p) => rareOrOne(p, budget))
}

/** The same of one p-value. */
export function rareOrOne(p: number, budget: number): number {
  return p > 2 * budget ? 1 : p
}
