import { windowSegments, type WindowCounts, type WindowSegment } from '@sp/builders'
import type { BaselineModel } from './baseline-model.js'
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

/**
 * The lasting changes among the flagged windows, in the order of their beginning. For each template that flags a window,
 * the next {@link LASTING_WINDOWS} windows are looked at: a change that lasts is one finding and the alarms about it end
 * when the detector has followed it (`memory`, `noveltyWindows`), so it ends before the first {@link LASTING_WINDOWS}
 * windows without one. What does not last is an incident and not listed here; a level that moves again is another
 * change. Looks ahead: for a report of what is past, not for a stream.
 */
export function findLevelShifts(model: BaselineModel, scores: BaselineScores, windows: WindowCounts): LevelShift[] {
  const shifts: LevelShift[] = []
  for (const segment of windowSegments(windows)) {
    const latest = new Map<number, LevelShift>()
    for (let w = segment.from; w < segment.to; w++) {
      const template = flaggedTemplate(scores, w)
      if (template === null || w <= (latest.get(template)?.lastWindow ?? -1)) continue
      // An earlier change may have gone back without an alarm: its level is not the one before this.
      const before = latest.has(template)
        ? mean(countsIn(windows, template, w - LASTING_WINDOWS))
        : (model.statistics.totals[template] ?? 0) / model.statistics.exposure
      const shift = shiftFrom(w, { template, before, segment, scores, windows })
      if (shift === null) continue
      latest.set(template, shift)
      shifts.push(shift)
    }
  }
  return shifts.sort((a, b) => a.firstWindow - b.firstWindow)
}

/** The template that flags a window; `null` where none does. */
function flaggedTemplate({ isAnomaly, evidence }: BaselineScores, window: number): number | null {
  return isAnomaly[window] === 1 ? (evidence[window][0]?.template ?? null) : null
}

function shiftFrom(
  first: number,
  about: {
    template: number
    before: number
    segment: WindowSegment
    scores: BaselineScores
    windows: WindowCounts
  },
): LevelShift | null {
  const { template, before, segment, scores, windows } = about
  if (first + LASTING_WINDOWS > segment.to) return null
  const counts = countsIn(windows, template, first)
  if (!(before > 0 ? hasMoved(counts, before) : hasCome(counts))) return null
  let [lastWindow, flagged] = [first, 1]
  for (let w = first + 1; w < segment.to && w - lastWindow <= LASTING_WINDOWS; w++) {
    if (flaggedTemplate(scores, w) !== template) continue
    lastWindow = w
    flagged++
  }
  return { template, firstWindow: first, lastWindow, flagged, before, after: mean(counts) }
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

/** Lines of a template in each of the {@link LASTING_WINDOWS} windows from one on. */
function countsIn(windows: WindowCounts, template: number, from: number): number[] {
  return Array.from({ length: LASTING_WINDOWS }, (_, i) => countIn(windows, from + i, template))
}

function mean(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}

function countIn({ offsets, templates, counts }: WindowCounts, w: number, template: number): number {
  for (let i = offsets[w]; i < offsets[w + 1]; i++) if (templates[i] === template) return counts[i]
  return 0
}
