import type { AnomalyScores } from '@sp/log-table'
import { ReportError } from './errors.js'
import type { ReportSource } from './report.js'

/** A run of rows of the parsed log that came from one source. */
export interface Segment {
  readonly source: ReportSource
  readonly startRow: number
  readonly endRow: number
}

/** Windows that make one finding, ascending by start. */
export interface WindowGroup {
  readonly segment: Segment
  readonly windows: readonly number[]
  readonly startRow: number
  readonly endRow: number
  readonly score: number
  /** NaN when the detector gives none. */
  readonly pValue: number
}

/** Where the rows of each source lie: one source after the other, in the order given. */
export function segmentsOf(sources: readonly ReportSource[]): Segment[] {
  let row = 0
  return sources.map((source) => ({ source, startRow: row, endRow: (row += source.records) }))
}

/**
 * The flagged windows as groups that overlap or touch within one source, the strangest first.
 * @throws ReportError `rows-mismatch` when a window lies in no source
 */
export function flaggedGroups(scores: AnomalyScores, segments: readonly Segment[]): WindowGroup[] {
  const flagged = Array.from(scores.isAnomaly.keys()).filter((w) => scores.isAnomaly[w] === 1)
  flagged.sort((a, b) => scores.startRow[a] - scores.startRow[b])
  const runs: number[][] = []
  let end = -1
  for (const w of flagged) {
    const continues =
      scores.startRow[w] <= end && segmentOf(scores, segments, w) === segmentOf(scores, segments, runs.at(-1)![0])
    if (continues) runs.at(-1)!.push(w)
    else runs.push([w])
    end = continues ? Math.max(end, scores.endRow[w]) : scores.endRow[w]
  }
  return runs.map((windows) => groupOf(scores, segments, windows)).sort(strangestFirst)
}

/** The strangest windows below the threshold, each alone, none overlapping another; those without evidence are passed over. */
export function unflaggedGroups(scores: AnomalyScores, segments: readonly Segment[], limit: number): WindowGroup[] {
  const chosen: WindowGroup[] = []
  const byScore = Array.from(scores.isAnomaly.keys())
    .filter((w) => scores.isAnomaly[w] === 0 && scores.evidence[w].length > 0)
    .sort((a, b) => scores.score[b] - scores.score[a] || scores.startRow[a] - scores.startRow[b])
  for (const w of byScore) {
    if (chosen.length === limit) break
    const overlaps = chosen.some((other) => scores.startRow[w] < other.endRow && other.startRow < scores.endRow[w])
    if (!overlaps) chosen.push(groupOf(scores, segments, [w]))
  }
  return chosen
}

/** The segment that a window lies in. @throws ReportError `rows-mismatch` */
export function segmentOf(scores: AnomalyScores, segments: readonly Segment[], w: number): Segment {
  const [start, end] = [scores.startRow[w], scores.endRow[w]]
  let [low, high] = [0, segments.length] // the first segment that ends after the window's start lies in low..high
  while (low < high) {
    const middle = (low + high) >> 1
    if (segments[middle].endRow > start) high = middle
    else low = middle + 1
  }
  if (start >= 0 && low < segments.length && end <= segments[low].endRow) return segments[low]
  const rows = segments.at(-1)?.endRow ?? 0
  throw new ReportError(
    'rows-mismatch',
    `a window covers the rows ${start}..${end}, expected them within one source of the ${rows} rows read; ` +
      'give scores and sources of the same log',
  )
}

function groupOf(scores: AnomalyScores, segments: readonly Segment[], windows: readonly number[]): WindowGroup {
  return {
    segment: segmentOf(scores, segments, windows[0]),
    windows,
    startRow: scores.startRow[windows[0]],
    endRow: windows.reduce((end, w) => Math.max(end, scores.endRow[w]), 0),
    score: windows.reduce((highest, w) => Math.max(highest, scores.score[w]), -Infinity),
    pValue: windows.reduce((lowest, w) => Math.min(lowest, scores.pValue[w]), 1),
  }
}

function strangestFirst(a: WindowGroup, b: WindowGroup): number {
  const byP = a.pValue === b.pValue || Number.isNaN(a.pValue - b.pValue) ? 0 : a.pValue - b.pValue
  return byP || b.score - a.score || a.startRow - b.startRow
}
