import type { WindowCounts } from '@sp/builders'

/**
 * Occurrences by hour of the day (24 seasons) or hour of the week (168, the first hour of Monday first), in UTC. Plain
 * data.
 */
export interface SeasonalRates {
  /** By season, then by template code; 0 beyond the end. */
  readonly totals: readonly (readonly number[])[]
  /** Full windows, by season. */
  readonly exposure: readonly number[]
}

/** An hour of the day is known from this many days on, an hour of the week from this many weeks on. */
const FEWEST_DAYS = 7
const FEWEST_WEEKS = 4

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * The rates by hour of the windows, or `null` when too few days were seen (7 for hours of the day, 28 for hours of the
 * week), or windows have no times. Lines that lie in two windows count once.
 */
export function seasonalRates(windows: WindowCounts): SeasonalRates | null {
  const { count, startTime, startRow, endRow, windowSize, stride, offsets, templates, counts } = windows
  const days = new Set<number>()
  for (const time of startTime) if (!Number.isNaN(time)) days.add(Math.floor(time / DAY_MS))
  if (count === 0 || days.size < FEWEST_DAYS || startTime.some(Number.isNaN)) return null
  const seasons = days.size >= 7 * FEWEST_WEEKS ? 168 : 24
  const totals = Array.from({ length: seasons }, () => [] as number[])
  const exposure = new Array<number>(seasons).fill(0)
  const share = Math.min(1, stride / windowSize)
  for (let w = 0; w < count; w++) {
    const season = seasonOf(startTime[w], seasons)
    exposure[season] += (share * (endRow[w] - startRow[w])) / windowSize
    for (let i = offsets[w]; i < offsets[w + 1]; i++) {
      if (templates[i] >= 0) totals[season][templates[i]] = (totals[season][templates[i]] ?? 0) + share * counts[i]
    }
  }
  return { totals: totals.map((list) => Array.from(list, (total) => total ?? 0)), exposure }
}

/**
 * Occurrences of a template and full windows at the season of a time, drawn towards the rate over all times as if that had
 * been seen for {@link PRIOR_WINDOWS} windows; `null` where the time is not known.
 */
export function seasonalEvidence(
  { totals, exposure }: SeasonalRates,
  { template, time, rate }: { template: number; time: number; rate: number },
): { occurrences: number; exposure: number } | null {
  if (Number.isNaN(time)) return null
  const season = seasonOf(time, exposure.length)
  return {
    occurrences: (totals[season][template] ?? 0) + PRIOR_WINDOWS * rate,
    exposure: exposure[season] + PRIOR_WINDOWS,
  }
}

/**
 * How many times more often than over all times a template occurs at the season of a time, 0.1 to 10; 1 where that is not
 * known.
 */
export function seasonalFactor(
  seasons: SeasonalRates,
  about: { template: number; time: number; rate: number },
): number {
  const evidence = about.rate > 0 ? seasonalEvidence(seasons, about) : null
  if (evidence === null) return 1
  const factor = evidence.occurrences / evidence.exposure / about.rate
  return Math.min(Math.max(factor, 1 / LARGEST_FACTOR), LARGEST_FACTOR)
}

const PRIOR_WINDOWS = 5
const LARGEST_FACTOR = 10

/** The season of a time, of 24 or 168. 1 January 1970 was a Thursday: the week began three days before. */
export function seasonOf(time: number, seasons: number): number {
  return Math.floor((time + 3 * DAY_MS) / HOUR_MS) % seasons
}
