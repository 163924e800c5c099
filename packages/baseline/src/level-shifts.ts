import { windowSegments, type WindowCounts } from '@sp/builders'
import type { BaselineModel, NormalStatistics } from './baseline-model.js'
import type { BaselineScores } from './baseline-scorer.js'

/** A template whose rate changed and stayed: one thing that happened, however many windows it flagged. */
export interface LevelShift {
  readonly template: number
  /** First window that it flagged. */
  readonly firstWindow: number
  /** Last window that it flagged: from then on the new level is what is expected. */
  readonly lastWindow: number
  /** Windows that it flagged, those between first and last whose strongest evidence it is. */
  readonly flagged: number
  /**
   * Lines of the template a full window: in training, or in the windows just before where the template had changed
   * already; and in the windows after this change.
   */
  readonly before: number
  readonly after: number
}

/** Windows that a change must have lasted for, and in which share of them it must show. */
const LASTING_WINDOWS = 40
const LASTING_SHARE = 0.75
/** Twice as many, or half. */
const SHIFT_RATIO = 2
/** A new template stays when it occurs in this many of the windows, and still in the last quarter of them. */
const NEW_OCCURRENCES = 5

/** Distinct templates of a window, ascending, and their lines. */
export interface CountedTemplates {
  readonly templates: ArrayLike<number>
  readonly counts: ArrayLike<number>
}

/** A change that may last. */
interface Candidate {
  readonly template: number
  readonly firstWindow: number
  readonly before: number
  /** Lines of the template in its first window and each since. */
  readonly counts: number[]
}

/**
 * Finds lasting changes in one run of windows that follow one another. When a template flags a window, it and the next
 * 39 are looked at: a change that lasts for {@link LASTING_WINDOWS} windows is one finding, and the alarms about it end
 * when the detector has followed it (`memory`, `noveltyWindows`), so it ends before the first {@link LASTING_WINDOWS}
 * windows without one. What does not last is an incident and not listed here; a level that moves again is another
 * change. Memory: {@link LASTING_WINDOWS} windows, and the changes.
 */
export class LevelShiftTracker {
  readonly #normal: Pick<NormalStatistics, 'totals' | 'exposure'>
  /** The latest windows, oldest first. */
  #recent: CountedTemplates[] = []
  #pending: Candidate[] = []
  readonly #shifts: { -readonly [Key in keyof LevelShift]: LevelShift[Key] }[] = []
  /** By template. */
  readonly #latest = new Map<number, { -readonly [Key in keyof LevelShift]: LevelShift[Key] }>()
  #next = 0

  /** No windows yet. */
  constructor(normal: Pick<NormalStatistics, 'totals' | 'exposure'>) {
    this.#normal = normal
  }

  /**
   * Takes the next window.
   * @param flaggedBy template that speaks most against it; `null` where it is not flagged
   */
  add(window: CountedTemplates, flaggedBy: number | null): void {
    const w = this.#next++
    if (flaggedBy !== null) this.#flag(flaggedBy, w)
    for (const { template, counts } of this.#pending) counts.push(countIn(window, template))
    const [oldest] = this.#pending
    if (oldest?.counts.length === LASTING_WINDOWS) this.#decide()
    this.#recent.push(window)
    if (this.#recent.length > LASTING_WINDOWS) this.#recent.shift()
  }

  /** The changes so far, in the order of their beginning. */
  shifts(): readonly LevelShift[] {
    return [...this.#shifts].sort((a, b) => a.firstWindow - b.firstWindow)
  }

  #flag(template: number, w: number): void {
    const latest = this.#latest.get(template)
    if (latest !== undefined && w - latest.lastWindow <= LASTING_WINDOWS) {
      latest.lastWindow = w
      latest.flagged++
      return
    }
    // An earlier change may have gone back without an alarm: its level is not the one before this.
    const before = latest
      ? mean(this.#recent.map((window) => countIn(window, template)))
      : (this.#normal.totals[template] ?? 0) / this.#normal.exposure
    this.#pending.push({ template, firstWindow: w, before, counts: [] })
  }

  #decide(): void {
    const { template, firstWindow, before, counts } = this.#pending.shift()!
    if (!(before > 0 ? hasMoved(counts, before) : hasCome(counts))) return
    const own = this.#pending.filter((candidate) => candidate.template === template)
    this.#pending = this.#pending.filter((candidate) => candidate.template !== template)
    const lastWindow = own.at(-1)?.firstWindow ?? firstWindow
    const shift = { template, firstWindow, lastWindow, flagged: 1 + own.length, before, after: mean(counts) }
    this.#latest.set(template, shift)
    this.#shifts.push(shift)
  }
}

/** The lasting changes among the flagged windows, in the order of their beginning; see {@link LevelShiftTracker}. */
export function findLevelShifts(model: BaselineModel, scores: BaselineScores, windows: WindowCounts): LevelShift[] {
  return windowSegments(windows).flatMap(({ from, to }) => {
    const tracker = new LevelShiftTracker(model.statistics)
    for (let w = from; w < to; w++) tracker.add(countsOf(windows, w), flaggedTemplate(scores, w))
    return tracker.shifts().map((shift) => ({
      ...shift,
      firstWindow: from + shift.firstWindow,
      lastWindow: from + shift.lastWindow,
    }))
  })
}

/** The template that flags a window; `null` where none does. */
function flaggedTemplate({ isAnomaly, evidence }: BaselineScores, window: number): number | null {
  return isAnomaly[window] === 1 ? (evidence[window][0]?.template ?? null) : null
}

function hasMoved(counts: readonly number[], before: number): boolean {
  const more = counts.filter((count) => count > 0 && count >= SHIFT_RATIO * before).length
  // That what is rare is absent from most windows is no change.
  const fewer = before < 1 ? 0 : counts.filter((count) => count <= before / SHIFT_RATIO).length
  return Math.max(more, fewer) >= LASTING_SHARE * counts.length
}

function hasCome(counts: readonly number[]): boolean {
  const present = counts.filter((count) => count > 0).length
  return present >= NEW_OCCURRENCES && counts.slice(-counts.length / 4).some((count) => count > 0)
}

function mean(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

function countsOf({ offsets, templates, counts }: WindowCounts, w: number): CountedTemplates {
  return {
    templates: templates.subarray(offsets[w], offsets[w + 1]),
    counts: counts.subarray(offsets[w], offsets[w + 1]),
  }
}

function countIn({ templates, counts }: CountedTemplates, template: number): number {
  for (let i = 0; i < templates.length && templates[i] <= template; i++) if (templates[i] === template) return counts[i]
  return 0
}
