import { Random } from '../synthetic/random.js'

/** Settings of a bootstrap. */
export interface BootstrapOptions {
  /** Any integer; the same seed gives the same interval. */
  readonly seed: number
  /** Samples drawn; default 1,000, enough for two digits of a 95 % interval. */
  readonly samples?: number
  /** Share of the samples inside the interval; default 0.95. */
  readonly level?: number
}

/**
 * Percentile bootstrap interval of a figure over units (Efron 1979): units are drawn with replacement, as many as there
 * are, and the figure is computed anew. Units must be independent: draw sessions or incidents, not overlapping windows.
 * @param statistic the figure of the units of these indices, `null` where it is not defined (such samples are left out)
 * @returns `null` when the figure is never defined
 */
export function bootstrapInterval(
  units: number,
  statistic: (indices: Int32Array) => number | null,
  { seed, samples = 1000, level = 0.95 }: BootstrapOptions,
): { readonly low: number; readonly high: number } | null {
  const random = new Random(seed)
  const indices = new Int32Array(units)
  const figures: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < units; i++) indices[i] = random.integer(0, units - 1)
    const figure = statistic(indices)
    if (figure !== null) figures.push(figure)
  }
  if (figures.length === 0) return null
  figures.sort((a, b) => a - b)
  const outside = (1 - level) / 2
  function at(share: number): number {
    return figures[Math.min(figures.length - 1, Math.floor(share * figures.length))]
  }
  return { low: at(outside), high: at(1 - outside) }
}
