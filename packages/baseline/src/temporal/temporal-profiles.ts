import { coveredHours, dayOf, hourOfDay, weekdayOf, type CoveredHour, type HourlyCounts } from './hourly-counts.js'

/** Normal hours of one kind, as `temporal_profiles.json` shows them. */
export interface TemporalProfile {
  /** Lines an hour. */
  readonly volume_mean: number
  readonly volume_std: number
  /** Lines by template id. */
  readonly template_distribution: Readonly<Record<string, number>>
  readonly top_templates: readonly string[]
  readonly unique_templates: number
}

/** The profiles by hour of the day (0 to 23, UTC), by weekday (0 for Monday) and by both (`weekday-hour`). */
export interface TemporalProfiles {
  readonly hourly: Readonly<Record<string, TemporalProfile>>
  readonly daily: Readonly<Record<string, TemporalProfile>>
  readonly weekly: Readonly<Record<string, Pick<TemporalProfile, 'volume_mean' | 'volume_std' | 'unique_templates'>>>
  readonly baseline_period: { readonly start: string; readonly end: string; readonly total_days: number } | null
}

/** Summarises the hours of a normal log. */
export function temporalProfiles(counts: HourlyCounts): TemporalProfiles {
  const hours = [...coveredHours(counts)]
  const { firstMs, lastMs } = counts
  const period = { start: firstMs, end: lastMs, total_days: new Set(hours.map(({ hour }) => dayOf(hour))).size }
  const weekly = profilesBy(hours, ({ hour }) => `${weekdayOf(hour)}-${hourOfDay(hour)}`, 5)
  return {
    hourly: profilesBy(hours, ({ hour }) => String(hourOfDay(hour)), 5),
    daily: profilesBy(hours, ({ hour }) => String(weekdayOf(hour)), 10),
    weekly: Object.fromEntries(
      Object.entries(weekly).map(([key, { volume_mean, volume_std, unique_templates }]) => [
        key,
        { volume_mean, volume_std, unique_templates },
      ]),
    ),
    baseline_period: Number.isNaN(firstMs)
      ? null
      : { ...period, start: new Date(firstMs).toISOString(), end: new Date(lastMs).toISOString() },
  }
}

function profilesBy(
  hours: readonly CoveredHour[],
  keyOf: (hour: CoveredHour) => string,
  top: number,
): Record<string, TemporalProfile> {
  const groups = new Map<string, CoveredHour[]>()
  for (const hour of hours) {
    const group = groups.get(keyOf(hour))
    if (group) group.push(hour)
    else groups.set(keyOf(hour), [hour])
  }
  return Object.fromEntries([...groups].map(([key, group]) => [key, profileOf(group, top)]))
}

function profileOf(hours: readonly CoveredHour[], top: number): TemporalProfile {
  const rates = hours.map(({ count, coverage }) => count.lines / coverage)
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const templates = new Map<string, number>()
  for (const { count } of hours) {
    for (const [id, lines] of count.templates) templates.set(id, (templates.get(id) ?? 0) + lines)
  }
  const ranked = [...templates].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return {
    volume_mean: mean,
    volume_std: Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length),
    template_distribution: Object.fromEntries(ranked),
    top_templates: ranked.slice(0, top).map(([id]) => id),
    unique_templates: templates.size,
  }
}
