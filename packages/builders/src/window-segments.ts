import type { WindowCounts } from './window-counts.js'

/** A run of windows of one source without a gap: `from <= window < to`. */
export interface WindowSegment {
  readonly from: number
  readonly to: number
}

/**
 * The runs of windows in which each window follows the one before by exactly one stride (by exactly
 * its length where windows are cut by time), in the same source.
 * What happened before is known only within such a run; across a border nothing may be compared.
 */
export function windowSegments(windows: WindowCounts): WindowSegment[] {
  const segments: WindowSegment[] = []
  if (windows.count === 0) return segments
  let from = 0
  for (let w = 1; w <= windows.count; w++) {
    if (w < windows.count && follows(windows, w)) continue
    segments.push({ from, to: w })
    from = w
  }
  return segments
}

function follows({ source, startRow, stride, startTime, windowMs }: WindowCounts, w: number): boolean {
  if (windowMs !== undefined) return source[w] === source[w - 1] && startTime[w] === startTime[w - 1] + windowMs
  return source[w] === source[w - 1] && startRow[w] === startRow[w - 1] + stride
}
