import { windowSegments, type WindowCounts, type WindowSegment } from '@sp/builders'
import type { BaselineModel } from './baseline-model.js'
import type { BaselineScores } from './score-baseline.js'

/** A template whose rate changed and stayed: one thing that happened, however many windows it flagged. */
export interface LevelShift {
  readonly template: number
  /** First window that it flagged. */
  readonly firstWindow: number
  /** Last window that it flagged: from then on the new level is what is expected. */
  readonly lastWindow: number
  /** Windows that it flagged, those between first and last whose strongest evidence it is. */
  readonly flagged: number
  /** Lines of the template a full window: in training, and in the windows after the change. */
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
 * when the detector has followed it (`memory`, `noveltyWindows`); what does not last is an incident and not listed here.
 * Looks ahead: for a report of what is past, not for a stream.
 */
export function findLevelShifts(model: BaselineModel, scores: BaselineScores, windows: WindowCounts): LevelShift[] {
  const shifts: LevelShift[] = []
  for (const segment of windowSegments(windows)) {
    const shifted = new Set<number>()
    for (let w = segment.from; w < segment.to; w++) {
      const [strongest] = scores.evidence[w]
      if (scores.isAnomaly[w] === 0 || strongest === undefined || shifted.has(strongest.template)) continue
      const shift = shiftFrom(w, { template: strongest.template, segment, model, scores, windows })
      if (shift === null) continue
      shifted.add(shift.template)
      shifts.push(shift)
    }
  }
  return shifts.sort((a, b) => a.firstWindow - b.firstWindow)
}

function shiftFrom(
  first: number,
  about: {
    template: number
    segment: WindowSegment
    model: BaselineModel
    scores: BaselineScores
    windows: WindowCounts
  },
): LevelShift | null {
  const { template, segment, model, scores, windows } = about
  const to = Math.min(first + LASTING_WINDOWS, segment.to)
  if (to - first < LASTING_WINDOWS) return null
  const counts = Array.from({ length: to - first }, (_, i) => countIn(windows, first + i, template))
  const { totals, exposure } = model.statistics
  const before = (totals[template] ?? 0) / exposure
  if (!(before > 0 ? hasMoved(counts, before) : hasCome(counts))) return null
  const flagged: number[] = []
  for (let w = first; w < segment.to; w++) {
    if (scores.isAnomaly[w] === 1 && scores.evidence[w][0]?.template === template) flagged.push(w)
  }
  const after = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const lastWindow = flagged[flagged.length - 1]
  return { template, firstWindow: first, lastWindow, flagged: flagged.length, before, after }
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

function countIn({ offsets, templates, counts }: WindowCounts, w: number, template: number): number {
  for (let i = offsets[w]; i < offsets[w + 1]; i++) if (templates[i] === template) return counts[i]
  return 0
}
