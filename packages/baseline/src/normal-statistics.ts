import type { WindowCounts } from '@sp/builders'
import type { NormalStatistics } from './baseline-model.js'

/**
 * Occurrences and dispersion of every template over normal windows.
 *
 * The dispersion is drawn towards the mean of all templates as if that had been seen on {@link PRIOR_OCCURRENCES}
 * occurrences: a template seen twice has no variance worth the name.
 */
export function normalStatistics(windows: WindowCounts): NormalStatistics {
  const { count, stride, windowSize, offsets, templates, counts, startRow, endRow } = windows
  const size = templates.reduce((largest, template) => Math.max(largest, template), -1) + 1
  const sums = new Float64Array(size)
  let exposure = 0
  let squaredExposure = 0
  for (let w = 0; w < count; w++) {
    const length = (endRow[w] - startRow[w]) / windowSize
    exposure += length
    squaredExposure += length ** 2
    for (let i = offsets[w]; i < offsets[w + 1]; i++) if (templates[i] >= 0) sums[templates[i]] += counts[i]
  }
  // Σ (c − m·e)² over all windows, most of which do not hold the template: only those that do are visited.
  const spread = Float64Array.from(sums, (sum) => (sum / exposure) ** 2 * squaredExposure)
  for (let w = 0; w < count; w++) {
    const length = (endRow[w] - startRow[w]) / windowSize
    for (let i = offsets[w]; i < offsets[w + 1]; i++) {
      if (templates[i] < 0) continue
      spread[templates[i]] += counts[i] ** 2 - 2 * counts[i] * (sums[templates[i]] / exposure) * length
    }
  }
  const known = [...sums.keys()].filter((template) => sums[template] > 0)
  const typical = known.reduce((total, template) => total + spread[template] / sums[template], 0) / known.length
  const share = Math.min(1, stride / windowSize)
  return {
    totals: Array.from(sums, (sum) => sum * share),
    dispersions: Array.from(sums, (sum, t) => (spread[t] + typical * PRIOR_OCCURRENCES) / (sum + PRIOR_OCCURRENCES)),
    typicalDispersion: known.length > 0 ? typical : 1,
    exposure: exposure * share,
  }
}

const PRIOR_OCCURRENCES = 5
