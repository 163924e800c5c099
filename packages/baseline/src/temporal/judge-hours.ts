import { surpriseOfFew, surpriseOfMany } from '../count-surprise.js'
import { coveredHours, dayOf, HOUR_MS, hourOfDay, type CoveredHour, type HourlyCounts } from './hourly-counts.js'
import { TemporalRates } from './temporal-rates.js'

/** An hour that is not like others of its kind. Fields beyond the first six depend on the type. */
export interface TemporalAnomaly {
  readonly type:
    'temporal_unseen_hour' | 'temporal_volume_anomaly' | 'temporal_new_templates' | 'temporal_missing_templates'
  /** Hour of the day (UTC), 0 to 23. */
  readonly hour: number
  readonly severity: 'medium' | 'high'
  readonly description: string
  /** ISO 8601. */
  readonly start: string
  /** −log10 of the probability of a volume so far from what is expected; `null` for other types. */
  readonly surprise: number | null
  readonly actual_volume?: number
  readonly expected_volume?: number
  /** (actual − expected) / expected. */
  readonly deviation?: number
  /** At most five. */
  readonly new_templates?: readonly string[]
  readonly new_templates_count?: number
  readonly expected_templates_count?: number
  readonly missing_templates?: readonly string[]
  readonly missing_count?: number
}

/** What became of a temporal analysis. */
export interface TemporalAnalysis {
  /**
   * - `judged`: by a normal log
   * - `by-other-days`: without one, each day by the other days of the same log
   * - `no-timestamps`, `too-short` (no quarter of an hour is covered), `too-few-days`: nothing could be judged
   */
  readonly status: 'judged' | 'by-other-days' | 'no-timestamps' | 'too-short' | 'too-few-days'
  /** Those that there was something to compare with. */
  readonly hoursJudged: number
  readonly anomalies: readonly TemporalAnomaly[]
}

/** One chance in 10,000: an hour in more than a year. */
const MEDIUM_SURPRISE = 4
const HIGH_SURPRISE = 8
/** Less is not worth a word, however sure. */
const LEAST_DEVIATION = 0.5
const NEW_SHARE = 0.2
/** What is missing must have been there in each of this many hours alike. */
const FEWEST_HOURS = 3

/**
 * Judges the hours of a log by those of a normal log: rates, not sums, so that three equal days are three equal days.
 * Without a normal log every day is judged by the other days.
 */
export function judgeHours(judged: HourlyCounts, normal: HourlyCounts | null = null): TemporalAnalysis {
  if (judged.hours.size === 0 || normal?.hours.size === 0) return nothingJudged('no-timestamps')
  const hours = [...coveredHours(judged)]
  const normalHours = normal && [...coveredHours(normal)]
  if (hours.length === 0 || normalHours?.length === 0) return nothingJudged('too-short')
  if (normalHours === null) return judgeByOtherDays(hours)
  const rates = new TemporalRates(normalHours)
  return { status: 'judged', hoursJudged: hours.length, anomalies: hours.flatMap((hour) => judgeHour(hour, rates)) }
}

function judgeByOtherDays(hours: readonly CoveredHour[]): TemporalAnalysis {
  const days = new Map<number, CoveredHour[]>()
  for (const covered of hours) {
    const day = days.get(dayOf(covered.hour))
    if (day) day.push(covered)
    else days.set(dayOf(covered.hour), [covered])
  }
  if (days.size < 2) return nothingJudged('too-few-days')
  const rates = new TemporalRates(hours)
  const anomalies: TemporalAnomaly[] = []
  let hoursJudged = 0
  for (const day of days.values()) {
    rates.leaveOut(day)
    // An hour of the day that only this day has is no news: the log may just have begun or ended.
    const comparable = day.filter(({ hour }) => rates.alike(hour).length > 0)
    hoursJudged += comparable.length
    for (const hour of comparable) anomalies.push(...judgeHour(hour, rates))
  }
  return { status: 'by-other-days', hoursJudged, anomalies }
}

function nothingJudged(status: 'no-timestamps' | 'too-short' | 'too-few-days'): TemporalAnalysis {
  return { status, hoursJudged: 0, anomalies: [] }
}

function judgeHour(covered: CoveredHour, rates: TemporalRates): TemporalAnomaly[] {
  const alike = rates.alike(covered.hour)
  if (alike.length === 0) return unseenHour(covered)
  return [
    ...volumeAnomaly(covered, alike, rates),
    ...newTemplates(covered, alike, rates),
    ...missingTemplates(covered, alike, rates),
  ]
}

function unseenHour({ hour, count }: CoveredHour): TemporalAnomaly[] {
  if (count.lines === 0) return []
  const description = `${count.lines} lines at an hour of the day that the normal log does not contain`
  return [
    {
      ...about(hour),
      type: 'temporal_unseen_hour',
      severity: 'high',
      description,
      surprise: null,
      actual_volume: count.lines,
    },
  ]
}

function volumeAnomaly(
  { hour, coverage, count }: CoveredHour,
  alike: readonly CoveredHour[],
  rates: TemporalRates,
): TemporalAnomaly[] {
  const forecast = rates.expect(alike, coverage)
  const surprise = Math.max(surpriseOfMany(count.lines, forecast), surpriseOfFew(count.lines, forecast))
  const deviation = (count.lines - forecast.mean) / Math.max(forecast.mean, 1)
  if (surprise < MEDIUM_SURPRISE || Math.abs(deviation) <= LEAST_DEVIATION) return []
  return [
    {
      ...about(hour),
      type: 'temporal_volume_anomaly',
      severity: surprise >= HIGH_SURPRISE ? 'high' : 'medium',
      description: `${count.lines} lines in the hour, about ${forecast.mean.toFixed(0)} expected`,
      surprise,
      actual_volume: count.lines,
      expected_volume: forecast.mean,
      deviation,
    },
  ]
}

function newTemplates(
  { hour, count }: CoveredHour,
  alike: readonly CoveredHour[],
  rates: TemporalRates,
): TemporalAnomaly[] {
  const unseen = [...count.templates.keys()].filter((id) => !rates.knows(id))
  const expected = new Set(alike.flatMap((other) => [...other.count.templates.keys()])).size
  if (unseen.length === 0 || unseen.length <= NEW_SHARE * expected) return []
  return [
    {
      ...about(hour),
      type: 'temporal_new_templates',
      severity: 'medium',
      description: `${unseen.length} templates that no normal hour contains, beside ${expected} known at this hour`,
      surprise: null,
      new_templates: unseen.slice(0, 5),
      new_templates_count: unseen.length,
      expected_templates_count: expected,
    },
  ]
}

function missingTemplates(
  { hour, coverage, count }: CoveredHour,
  alike: readonly CoveredHour[],
  rates: TemporalRates,
): TemporalAnomaly[] {
  if (alike.length < FEWEST_HOURS) return []
  const steady = [...alike[0].count.templates.keys()].filter((id) =>
    alike.every((other) => other.count.templates.has(id)),
  )
  const missing = steady.filter(
    (id) => !count.templates.has(id) && surpriseOfFew(0, rates.expect(alike, coverage, id)) >= MEDIUM_SURPRISE,
  )
  if (missing.length === 0) return []
  return [
    {
      ...about(hour),
      type: 'temporal_missing_templates',
      severity: 'medium',
      description: `${missing.length} templates are missing that every normal hour of this kind contains`,
      surprise: null,
      missing_templates: missing.slice(0, 5),
      missing_count: missing.length,
    },
  ]
}

function about(hour: number): { hour: number; start: string } {
  return { hour: hourOfDay(hour), start: new Date(hour * HOUR_MS).toISOString() }
}
