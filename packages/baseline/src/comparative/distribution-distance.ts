/** How far a distribution of templates is from another. */
export interface DistributionDistance {
  /** Kullback–Leibler divergence of the target from the baseline, in nats, every template with 10⁻¹⁰ added; 0 or more. */
  readonly kl_divergence: number
  /** Jensen–Shannon divergence in nats, 0 (equal) to ln 2 (nothing in common). */
  readonly js_divergence: number
  /** 1 for the same direction, 0 for nothing in common. */
  readonly cosine_similarity: number
  /** Common templates over all templates, 1 when the sets are the same. */
  readonly jaccard_similarity: number
}

/** Compares shares by template id, each adding up to 1. */
export function distributionDistance(
  target: ReadonlyMap<string, number>,
  baseline: ReadonlyMap<string, number>,
): DistributionDistance {
  const all = new Set([...target.keys(), ...baseline.keys()])
  let [kl, js, product, targetSquares, baselineSquares, common] = [0, 0, 0, 0, 0, 0]
  for (const id of all) {
    const [p, q] = [target.get(id) ?? 0, baseline.get(id) ?? 0]
    const middle = (p + q) / 2
    kl += (p + SMOOTHING) * Math.log((p + SMOOTHING) / (q + SMOOTHING))
    js += (p > 0 ? (p * Math.log(p / middle)) / 2 : 0) + (q > 0 ? (q * Math.log(q / middle)) / 2 : 0)
    product += p * q
    targetSquares += p * p
    baselineSquares += q * q
    if (p > 0 && q > 0) common++
  }
  const lengths = Math.sqrt(targetSquares * baselineSquares)
  return {
    kl_divergence: Math.max(kl, 0),
    js_divergence: Math.max(js, 0),
    cosine_similarity: lengths > 0 ? product / lengths : all.size === 0 ? 1 : 0,
    jaccard_similarity: all.size > 0 ? common / all.size : 1,
  }
}

const SMOOTHING = 1e-10
