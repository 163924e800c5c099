import { windowSegments, type WindowCounts } from '@sp/builders'
import type { CountEvidence } from '@sp/log-table'
import type { NormalStatistics } from './baseline-model.js'
import { forecastFrom, surpriseOfFew, surpriseOfMany } from './count-surprise.js'
import { seasonalEvidence, seasonalFactor } from './seasonal-rates.js'
import { RecentRates, type RecentRatesSnapshot } from './recent-rates.js'

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
 * Compares each window with the normal statistics and with its own past. Each segment starts from the normal statistics,
 * so that the result for one source does not depend on the others.
 */
export function* windowSurprises(windows: WindowCounts, reference: Reference): Generator<WindowSurprises> {
  for (const { from, to } of windowSegments(windows)) {
    const past = new WindowPast(reference, windows)
    for (let w = from; w < to; w++) yield past.next(windows, w)
  }
}

/** State of a {@link WindowPast}: plain data, fit for JSON. */
export interface WindowPastSnapshot {
  readonly recent: RecentRatesSnapshot
  /** Windows that were judged and still overlap the next ones, oldest first. */
  readonly waiting: readonly StoredWindow[]
}

interface StoredWindow {
  readonly startRow: number
  readonly endRow: number
  readonly startTime: number | null
  readonly templates: readonly number[]
  readonly counts: readonly number[]
}

/** A window that was judged and not yet learned. */
interface PastWindow {
  readonly startRow: number
  readonly endRow: number
  readonly startTime: number
  readonly templates: ArrayLike<number>
  readonly counts: ArrayLike<number>
}

type FrequencyKind = 'more-frequent' | 'less-frequent'

/**
 * What was normal in training and what was seen so far in one run of windows that follow one another. A window is compared with
 * those that ended at or before its first row, so that no row is ever compared with itself.
 *
 * A count is surprising only as far as both references agree: what training has shown (at this hour, where it has seen
 * enough days) is normal even if it was absent lately, and what has lasted for a while is no news even if training did
 * not show it.
 */
export class WindowPast {
  readonly #normal: NormalStatistics
  readonly #noveltyWindows: number
  readonly #windowSize: number
  readonly #weight: number
  readonly #recent: RecentRates
  /** Templates that a full window holds at least once on average: only of these can absence say anything. */
  readonly #regular: readonly number[]
  #waiting: PastWindow[]

  /** A past of windows of this shape, empty or as it was at a snapshot. */
  constructor(
    { normal, memory, noveltyWindows }: Reference,
    { windowSize, stride }: Pick<WindowCounts, 'windowSize' | 'stride'>,
    snapshot?: WindowPastSnapshot,
  ) {
    this.#normal = normal
    this.#noveltyWindows = noveltyWindows
    this.#windowSize = windowSize
    // Windows overlap; weighted like this, each line counts once.
    this.#weight = Math.min(1, stride / windowSize)
    this.#recent = new RecentRates(normal, { memory, weight: this.#weight }, snapshot?.recent)
    this.#regular = [...normal.totals.keys()].filter((template) => normal.totals[template] >= normal.exposure)
    this.#waiting = (snapshot?.waiting ?? []).map(({ startTime, ...rest }) => ({
      ...rest,
      startTime: startTime ?? NaN,
    }))
  }

  /** Compares the next window of the run with the past. */
  next(windows: WindowCounts, w: number): WindowSurprises {
    const { offsets, startRow, endRow, startTime } = windows
    const window = {
      startRow: startRow[w],
      endRow: endRow[w],
      startTime: startTime[w],
      templates: windows.templates.subarray(offsets[w], offsets[w + 1]),
      counts: windows.counts.subarray(offsets[w], offsets[w + 1]),
    }
    const ended = this.#waiting.filter((past) => past.endRow <= window.startRow)
    for (const past of ended) this.#learn(past)
    this.#waiting = [...this.#waiting.slice(ended.length), window]
    return this.#compare(window)
  }

  /** What is known, for another past to go on from. */
  snapshot(): WindowPastSnapshot {
    return {
      recent: this.#recent.snapshot(),
      waiting: this.#waiting.map(({ startRow, endRow, startTime, templates, counts }) => ({
        startRow,
        endRow,
        startTime: Number.isNaN(startTime) ? null : startTime,
        templates: Array.from(templates),
        counts: Array.from(counts),
      })),
    }
  }

  #learn({ startRow, endRow, startTime, templates, counts }: PastWindow): void {
    this.#recent.advance((this.#weight * (endRow - startRow)) / this.#windowSize)
    for (let i = 0; i < templates.length; i++) {
      // Recent rates are kept as if every hour were the same, so that they can speak of another hour.
      this.#recent.add(templates[i], (this.#weight * counts[i]) / this.#factor(templates[i], startTime))
    }
  }

  #compare({ startTime: time, templates, counts }: PastWindow): WindowSurprises {
    const unknown: { template: number; count: number }[] = []
    let lines = 0
    for (let i = 0; i < templates.length; i++) {
      if (this.#isNew(templates[i])) unknown.push({ template: templates[i], count: counts[i] })
      else lines += counts[i]
    }
    const frequency: CountEvidence[] = []
    if (lines > 0) {
      // The mix of the known lines is judged by itself: that new lines crowd out others is no second anomaly.
      const length = Math.min(1, lines / this.#windowSize)
      for (let i = 0; i < templates.length; i++) {
        if (unknown.length > 0 && this.#isNew(templates[i])) continue
        const about = { count: counts[i], length, time, kind: 'more-frequent' as const }
        this.#judge(templates[i], about, frequency)
      }
      for (const template of this.#regular) {
        const count = countOf(template, templates, counts)
        this.#judge(template, { count, length, time, kind: 'less-frequent' }, frequency)
      }
      frequency.sort((a, b) => b.surprise - a.surprise || a.template - b.template)
    }
    return { unknown, frequency, unseenRate: unknown.length / templates.length }
  }

  /** Adds what is surprising about the count of a template. */
  #judge(
    template: number,
    { count, length, time, kind }: { count: number; length: number; time: number; kind: FrequencyKind },
    found: CountEvidence[],
  ): void {
    const surpriseOf = kind === 'more-frequent' ? surpriseOfMany : surpriseOfFew
    let forecast = this.#recent.forecast(template, length * this.#factor(template, time))
    let surprise = surpriseOf(count, forecast)
    if (surprise === 0) return
    if (this.#isTrained(template)) {
      const trained = this.#trainedForecast(template, length, time)
      const unlikeTraining = surpriseOf(count, trained)
      if (unlikeTraining < surprise) [surprise, forecast] = [unlikeTraining, trained]
    }
    if (surprise > 0) found.push({ kind, template, count, expected: forecast.mean, surprise })
  }

  #trainedForecast(template: number, length: number, time: number) {
    const { totals, dispersions, exposure, seasons } = this.#normal
    const [occurrences, dispersion] = [totals[template], dispersions[template]]
    const hour = seasons && seasonalEvidence(seasons, { template, time, rate: occurrences / exposure })
    if (hour === null) return forecastFrom({ occurrences, exposure, dispersion }, length)
    return forecastFrom({ occurrences: hour.occurrences, exposure: hour.exposure, dispersion }, length)
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
    return !this.#isTrained(template) && this.#recent.windowsOf(template) < this.#noveltyWindows
  }
}

/** The count of a template among ascending ones, 0 where it is not. */
function countOf(template: number, templates: ArrayLike<number>, counts: ArrayLike<number>): number {
  for (let i = 0; i < templates.length && templates[i] <= template; i++) {
    if (templates[i] === template) return counts[i]
  }
  return 0
}
