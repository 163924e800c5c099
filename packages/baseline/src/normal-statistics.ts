import type { WindowCounts } from '@sp/builders'
import { seasonalFactor, seasonalRates, seasonOf, type SeasonalRates } from './seasonal-rates.js'
import type { NormalStatistics } from './baseline-model.js'

/**
 * Occurrences and dispersion of every template over normal windows; the dispersion around the mean of the hour where the
 * hours are known, else what comes and goes with the time of day would look like bursts.
 *
 * The dispersion is drawn towards the mean of all templates as if that had been seen on {@link PRIOR_OCCURRENCES}
 * occurrences: a template seen twice has no variance worth the name.
 */
export function normalStatistics(windows: WindowCounts): NormalStatistics {
  const { count, stride, windowSize, offsets, templates, counts, startRow, endRow, startTime } = windows
  const size = templates.reduce((largest, template) => Math.max(largest, template), -1) + 1
  const seasons = seasonalRates(windows)
  const sums = new Float64Array(size)
  let exposure = 0
  for (let w = 0; w < count; w++) {
    exposure += (endRow[w] - startRow[w]) / windowSize
    for (let i = offsets[w]; i < offsets[w + 1]; i++) if (templates[i] >= 0) sums[templates[i]] += counts[i]
  }
  function meanAt(template: number, time: number): number {
    const rate = sums[template] / exposure
    return seasons === null ? rate : rate * seasonalFactor(seasons, { template, time, rate })
  }
  // Σ (c − m·e)² over all windows, most of which do not hold the template: those are visited once for each season.
  const spread = new Float64Array(size)
  for (const [time, squaredExposure] of squaredExposures(windows, seasons)) {
    for (let t = 0; t < size; t++) if (sums[t] > 0) spread[t] += meanAt(t, time) ** 2 * squaredExposure
  }
  for (let w = 0; w < count; w++) {
    const length = (endRow[w] - startRow[w]) / windowSize
    for (let i = offsets[w]; i < offsets[w + 1]; i++) {
      if (templates[i] < 0) continue
      spread[templates[i]] += counts[i] ** 2 - 2 * counts[i] * meanAt(templates[i], startTime[w]) * length
    }
  }
  const known = [...sums.keys()].filter((template) => sums[template] > 0)
  const typical = known.reduce((total, template) => total + spread[template] / sums[template], 0) / known.length
  const share = Math.min(1, stride / windowSize)
  return {
    totals: Array.from(sums, (sum) => sum * share),
    dispersions: Array.from(
      sums,
      (sum, t) => (Math.max(spread[t], 0) + typical * PRIOR_OCCURRENCES) / (sum + PRIOR_OCCURRENCES),
    ),
    typicalDispersion: known.length > 0 ? typical : 1,
    exposure: exposure * share,
    seasons,
  }
}

const PRIOR_OCCURRENCES = 5

/** Σ e² of the windows of each season, with a time in it; all windows together where there are no seasons. */
function squaredExposures(
  { count, startRow, endRow, windowSize, startTime }: WindowCounts,
  seasons: SeasonalRates | null,
): Iterable<readonly [time: number, squaredExposure: number]> {
  const sums = new Map<number, [time: number, squaredExposure: number]>()
  for (let w = 0; w < count; w++) {
    const season = seasons === null ? 0 : seasonOf(startTime[w], seasons.exposure.length)
    const sum = sums.get(season) ?? [startTime[w], 0]
    sum[1] += ((endRow[w] - startRow[w]) / windowSize) ** 2
    sums.set(season, sum)
  }
  return sums.values()
}
