import { windowSegments, type WindowCounts, type WindowSegment } from '@sp/builders'
import type { CountEvidence } from '@sp/log-table'
import type { NormalStatistics } from './baseline-model.js'
import { forecastFrom, surpriseOfFew, surpriseOfMany } from './count-surprise.js'
import { seasonalEvidence, seasonalFactor } from './seasonal-rates.js'
import { RecentRates } from './recent-rates.js'

/** All that speaks against one window, before it is made one number. */
export interface WindowSurprises {
  /** Templates that are new. */
  readonly unknown: readonly { readonly template: number; readonly count: number }[]
  /** Known templates that are more or less frequent than expected, strongest first. */
  readonly frequency: readonly CountEvidence[]
  /** Share of the window's distinct templates that are new, 0..1. */
  readonly unseenRate: number
}

/** What the windows are compared with. */
export interface Reference {
  readonly normal: NormalStatistics
  /** As in `BaselineOptions`. */
  readonly memory: number
  /** As in `BaselineOptions`. */
  readonly noveltyWindows: number
}

/**
 * Compares each window with the normal statistics and with its own past: the windows of its segment that ended at or
 * before its first row, so that no row is ever compared with itself. Each segment starts from the normal statistics,
 * so that the result for one source does not depend on the others.
 *
 * A count is surprising only as far as both references agree: what training has shown (at this hour, where it has seen
 * enough days) is normal even if it was absent lately, and what has lasted for a while is no news even if training did
 * not show it.
 */
export function* windowSurprises(windows: WindowCounts, reference: Reference): Generator<WindowSurprises> {
  const regular = regularTemplates(reference.normal)
  for (const segment of windowSegments(windows)) yield* segmentSurprises(windows, { segment, regular, reference })
}

/** Templates that a full window holds at least once on average: only of these can absence say anything. */
function regularTemplates({ totals, exposure }: NormalStatistics): number[] {
  return [...totals.keys()].filter((template) => totals[template] >= exposure)
}

function* segmentSurprises(
  windows: WindowCounts,
  { segment, regular, reference }: { segment: WindowSegment; regular: readonly number[]; reference: Reference },
): Generator<WindowSurprises> {
  const past = new SegmentPast(windows, reference)
  let ended = segment.from
  for (let w = segment.from; w < segment.to; w++) {
    while (windows.endRow[ended] <= windows.startRow[w]) past.add(ended++)
    const { unknown, known } = past.divide(w)
    yield {
      unknown,
      frequency: frequencySurprises(known, { windows, w, past, regular }),
      unseenRate: unknown.length / (unknown.length + known.size),
    }
  }
}

function frequencySurprises(
  known: ReadonlyMap<number, number>,
  { windows, w, past, regular }: { windows: WindowCounts; w: number; past: SegmentPast; regular: readonly number[] },
): CountEvidence[] {
  let lines = 0
  for (const count of known.values()) lines += count
  if (lines === 0) return []
  // The mix of the known lines is judged by itself: that new lines crowd out others is no second anomaly.
  const length = Math.min(1, lines / windows.windowSize)
  const time = windows.startTime[w]
  const found: CountEvidence[] = []
  for (const [template, count] of known)
    found.push(past.compare(template, { count, length, time, kind: 'more-frequent' }))
  for (const template of regular) {
    found.push(past.compare(template, { count: known.get(template) ?? 0, length, time, kind: 'less-frequent' }))
  }
  return found.filter(({ surprise }) => surprise > 0).sort((a, b) => b.surprise - a.surprise || a.template - b.template)
}

type FrequencyKind = 'more-frequent' | 'less-frequent'

/** What was normal in training and what was seen so far in one segment. */
class SegmentPast {
  readonly #windows: WindowCounts
  readonly #normal: NormalStatistics
  readonly #noveltyWindows: number
  readonly #weight: number
  readonly #recent: RecentRates
  /** Windows in which a template that training did not know was seen. */
  readonly #sightings = new Map<number, number>()

  constructor(windows: WindowCounts, { normal, memory, noveltyWindows }: Reference) {
    this.#windows = windows
    this.#normal = normal
    this.#noveltyWindows = noveltyWindows
    // Windows overlap; weighted like this, each line counts once.
    this.#weight = Math.min(1, windows.stride / windows.windowSize)
    this.#recent = new RecentRates(normal, { memory, weight: this.#weight })
  }

  /** Learns a window that lies wholly in the past. */
  add(w: number): void {
    const { startRow, endRow, startTime, windowSize, offsets, templates, counts } = this.#windows
    this.#recent.advance((this.#weight * (endRow[w] - startRow[w])) / windowSize)
    for (let i = offsets[w]; i < offsets[w + 1]; i++) {
      // Recent rates are kept as if every hour were the same, so that they can speak of another hour.
      this.#recent.add(templates[i], (this.#weight * counts[i]) / this.#factor(templates[i], startTime[w]))
      if (!this.#isTrained(templates[i])) {
        this.#sightings.set(templates[i], (this.#sightings.get(templates[i]) ?? 0) + 1)
      }
    }
  }

  /** The templates of a window, new ones apart from the others. */
  divide(w: number): { unknown: { template: number; count: number }[]; known: Map<number, number> } {
    const { offsets, templates, counts } = this.#windows
    const unknown = []
    const known = new Map<number, number>()
    for (let i = offsets[w]; i < offsets[w + 1]; i++) {
      const [template, count] = [templates[i], counts[i]]
      if (this.#isNew(template)) unknown.push({ template, count })
      else known.set(template, count)
    }
    return { unknown, known }
  }

  compare(
    template: number,
    { count, length, time, kind }: { count: number; length: number; time: number; kind: FrequencyKind },
  ): CountEvidence {
    const surpriseOf = kind === 'more-frequent' ? surpriseOfMany : surpriseOfFew
    const recent = this.#recent.forecast(template, length * this.#factor(template, time))
    const recently = { kind, template, count, expected: recent.mean, surprise: surpriseOf(count, recent) }
    if (recently.surprise === 0 || !this.#isTrained(template)) return recently
    const { totals, dispersions, exposure, seasons } = this.#normal
    const overall = { occurrences: totals[template], exposure }
    const rate = totals[template] / exposure
    const evidence = (seasons && seasonalEvidence(seasons, { template, time, rate })) ?? overall
    const trained = forecastFrom({ ...evidence, dispersion: dispersions[template] }, length)
    const surprise = surpriseOf(count, trained)
    return surprise < recently.surprise ? { kind, template, count, expected: trained.mean, surprise } : recently
  }

  #factor(template: number, time: number): number {
    const { totals, exposure, seasons } = this.#normal
    if (seasons === null) return 1
    return seasonalFactor(seasons, { template, time, rate: (totals[template] ?? 0) / exposure })
  }

  #isTrained(template: number): boolean {
    return this.#normal.totals[template] > 0
  }

  #isNew(template: number): boolean {
    return !this.#isTrained(template) && (this.#sightings.get(template) ?? 0) < this.#noveltyWindows
  }
}
