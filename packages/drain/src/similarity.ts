import type { Cluster } from './cluster.js'

/** How alike a line and a template must be, and what counts as alike. */
export interface SimilarityRule {
  /** Least share of alike tokens, 0..1. */
  readonly threshold: number
  /** Whether a wildcard counts as alike to any token: not when learning, always when matching. */
  readonly countWildcards: boolean
  readonly wildcard: string
}

/**
 * The cluster whose template has the most tokens in common with a line of the same length; among equals the one with
 * more wildcards, among those the first. `null` where none reaches the threshold (He et al. 2017, §III-D, eq. 1).
 *
 * A candidate is left as soon as it differs in too many places to win, which changes no outcome.
 */
export function mostSimilar(
  candidates: readonly Cluster[],
  tokens: readonly string[],
  rule: SimilarityRule,
): Cluster | null {
  const { wildcard, countWildcards } = rule
  const length = tokens.length
  let best: Cluster | null = null
  let bestWildcards = -1
  let allowedMisses = length - leastAlike(length, rule.threshold)
  for (const candidate of candidates) {
    if (!candidate.isAlive) continue
    const template = candidate.tokens
    let misses = 0
    let wildcards = 0
    for (let i = 0; i < length && misses <= allowedMisses; i++) {
      const token = template[i]
      if (token === wildcard) {
        wildcards++
        if (!countWildcards) misses++
      } else if (token !== tokens[i]) misses++
    }
    if (misses > allowedMisses) continue
    if (best === null || misses < allowedMisses || wildcards > bestWildcards) {
      best = candidate
      bestWildcards = wildcards
      allowedMisses = misses
    }
  }
  return best
}

/** Least number of alike tokens whose quotient reaches the threshold in floating point, as Drain3 compares it. */
function leastAlike(length: number, threshold: number): number {
  if (length === 0) return 0
  let alike = Math.max(0, Math.floor(threshold * length) - 1)
  while (alike / length < threshold) alike++
  return alike
}
