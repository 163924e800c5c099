import type { AnomalyScores } from '@sp/log-table'
import { type Segment, segmentOf } from './finding-windows.js'
import { isoTime } from './numbers.js'
import type { TimelineCell, TimelineRow } from './report.js'

const CELLS = 60

/** One row for each judged source that has windows, of 60 cells or of one a window where there are fewer windows. */
export function timelineOf(scores: AnomalyScores, segments: readonly Segment[]): TimelineRow[] {
  const levelOf = levels(scores)
  const windowsOf = new Map<Segment, number[]>()
  for (let w = 0; w < scores.count; w++) {
    const segment = segmentOf(scores, segments, w)
    const windows = windowsOf.get(segment)
    if (windows === undefined) windowsOf.set(segment, [w])
    else windows.push(w)
  }
  return segments.flatMap((segment) => {
    const windows = windowsOf.get(segment)
    if (windows === undefined) return []
    const { name, firstTime, lastTime } = segment.source
    const cells = cellsOf(scores, { segment, windows, levelOf })
    return [{ source: name, startTime: isoTime(firstTime), endTime: isoTime(lastTime), cells }]
  })
}

function cellsOf(
  scores: AnomalyScores,
  row: { segment: Segment; windows: readonly number[]; levelOf: (score: number) => number },
): TimelineCell[] {
  const { segment, windows, levelOf } = row
  const width = Math.min(CELLS, windows.length)
  const cells = Array.from({ length: width }, () => ({ level: -1, flagged: false }))
  const rows = segment.endRow - segment.startRow
  for (const w of windows) {
    const middle = (scores.startRow[w] + scores.endRow[w]) / 2 - segment.startRow
    const cell = cells[Math.min(width - 1, Math.floor((middle / rows) * width))]
    cell.level = Math.max(cell.level, levelOf(scores.score[w]))
    cell.flagged ||= scores.isAnomaly[w] === 1
  }
  return cells
}

/** Levels 0..3 run evenly from the lowest score to the threshold, 4..7 by the logarithm from there to the highest. */
function levels({ score, isAnomaly, threshold }: AnomalyScores): (score: number) => number {
  let [lowest, highest, lowestFlagged] = [Infinity, -Infinity, Infinity]
  score.forEach((value, w) => {
    lowest = Math.min(lowest, value)
    highest = Math.max(highest, value)
    if (isAnomaly[w] === 1) lowestFlagged = Math.min(lowestFlagged, value)
  })
  const limit = Number.isFinite(threshold) ? threshold : Math.min(lowestFlagged, highest)
  return (value) => {
    if (value <= limit) return clamp((4 * (value - lowest)) / (limit - lowest), 0, 3)
    return 4 + clamp((4 * Math.log1p(value - limit)) / Math.log1p(highest - limit), 0, 3)
  }
}

function clamp(value: number, from: number, to: number): number {
  return Number.isNaN(value) ? from : Math.min(to, Math.max(from, Math.floor(value)))
}
