import type { WindowCounts } from '@sp/builders'
import { BaselineError } from './errors.js'
import { quantile } from './quantile.js'
import type { BaselineScores } from './baseline-scorer.js'

/** Settings of the reference system's baseline, with its defaults. */
export interface CompatBaselineOptions {
  /** Weight of the newest window in the moving mean and variance, above 0 and below 1; default 0.3. */
  readonly ewmAlpha?: number
  /** The threshold is this quantile of the scored windows' own scores, 0..1; default 0.95. */
  readonly q?: number
}

/**
 * The baseline of the reference system, figure for figure, for comparison. It has no model: every log is its own
 * standard, so about 1 − q of its windows are flagged however clean it is, and all of them when all score the same.
 *
 * `frequency` is the largest z-score of a template against an exponentially weighted mean and standard deviation that
 * include the window itself, which bounds it (1.386 at alpha 0.3); `unseenRate` counts templates that no earlier window
 * of the same log had; score = 0.6 · frequencyNorm + 0.4 · unseenRate. `pValue` is the share of the log's windows that
 * score at least as high. It names no evidence. O(windows · templates) time.
 * @throws {BaselineError} `bad-options`
 */
export function scoreCompatBaseline(
  windows: WindowCounts,
  { ewmAlpha = 0.3, q = 0.95 }: CompatBaselineOptions = {},
): BaselineScores {
  if (!(ewmAlpha > 0 && ewmAlpha < 1)) {
    throw new BaselineError('bad-options', `ewmAlpha ${ewmAlpha}, expected above 0 and below 1`)
  }
  if (!(q >= 0 && q <= 1)) throw new BaselineError('bad-options', `q ${q}, expected 0 to 1`)
  const { count } = windows
  const frequency = frequencyZ(windows, ewmAlpha)
  const unseenRate = unseenRates(windows)
  const cap = count > 0 ? quantile(frequency, 0.95) : 0
  const frequencyNorm = frequency.map((z) => (cap > 0 ? Math.min(z, cap) / cap : 0))
  const score = frequencyNorm.map((norm, w) => 0.6 * norm + 0.4 * unseenRate[w])
  const threshold = count > 0 ? quantile(score, q) : 0
  return {
    detector: 'baseline-compat',
    count,
    startRow: windows.startRow,
    endRow: windows.endRow,
    score,
    pValue: sharesAtLeast(score),
    isAnomaly: Uint8Array.from(score, (value) => Number(value >= threshold)),
    threshold,
    evidence: Array.from(score, () => []),
    frequency,
    frequencyNorm,
    unseenRate,
  }
}

/** Keeps a template that never varies from dividing by 0; as in the reference system. */
const VARIANCE_FLOOR = 1e-9

/**
 * Largest z-score over all templates, per window. Mean and variance are those of pandas' `ewm(alpha, adjust=False)`,
 * the variance unbiased (`bias=False`); the first window has none and gets 0.
 */
function frequencyZ({ count, offsets, templates, counts }: WindowCounts, alpha: number): Float64Array {
  const distinct = [...new Set(templates)]
  const slot = new Map(distinct.map((template, i) => [template, i]))
  const means = new Float64Array(distinct.length)
  const variances = new Float64Array(distinct.length)
  const current = new Float64Array(distinct.length)
  const result = new Float64Array(count)
  // Sum of the squared weights, all weights together being 1: the same for every template.
  let squaredWeights = 1
  for (let w = 0; w < count; w++) {
    current.fill(0)
    for (let i = offsets[w]; i < offsets[w + 1]; i++) current[slot.get(templates[i])!] = counts[i]
    if (w === 0) {
      means.set(current)
      continue
    }
    squaredWeights = squaredWeights * (1 - alpha) ** 2 + alpha ** 2
    for (let t = 0; t < distinct.length; t++) {
      const before = means[t]
      means[t] = (1 - alpha) * before + alpha * current[t]
      variances[t] = (1 - alpha) * (variances[t] + (before - means[t]) ** 2) + alpha * (current[t] - means[t]) ** 2
      const unbiased = variances[t] / (1 - squaredWeights)
      const z = (current[t] - means[t]) / Math.sqrt(Math.max(unbiased, VARIANCE_FLOOR))
      if (z > result[w]) result[w] = z
    }
  }
  return result
}

function unseenRates({ count, offsets, templates }: WindowCounts): Float64Array {
  const seen = new Set<number>()
  const rates = new Float64Array(count)
  for (let w = 0; w < count; w++) {
    const before = seen.size
    for (let i = offsets[w]; i < offsets[w + 1]; i++) seen.add(templates[i])
    rates[w] = (seen.size - before) / (offsets[w + 1] - offsets[w])
  }
  return rates
}

function sharesAtLeast(scores: Float64Array): Float64Array {
  const descending = Float64Array.from(scores).sort().reverse()
  const shares = new Map(Array.from(descending, (score, i) => [score, (i + 1) / descending.length]))
  return scores.map((score) => shares.get(score)!)
}
