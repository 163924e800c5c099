import { BuildersError } from './errors.js'
import type { WindowCounts } from './window-counts.js'

/**
 * The windows of these indices, in the order given; rows, lines and sources keep their numbers.
 * @throws {BuildersError} `bad-selection` when an index lies outside `0 <= index < windows.count`
 */
export function selectWindows(windows: WindowCounts, indices: ArrayLike<number>): WindowCounts {
  const picked = Int32Array.from(indices)
  for (const w of picked) {
    if (w >= 0 && w < windows.count) continue
    throw new BuildersError('bad-selection', `window ${w}, expected 0 to ${windows.count - 1}`)
  }
  const offsets = new Int32Array(picked.length + 1)
  picked.forEach((w, i) => (offsets[i + 1] = offsets[i] + windows.offsets[w + 1] - windows.offsets[w]))
  const templates = new Int32Array(offsets[picked.length])
  const counts = new Int32Array(offsets[picked.length])
  picked.forEach((w, i) => {
    templates.set(windows.templates.subarray(windows.offsets[w], windows.offsets[w + 1]), offsets[i])
    counts.set(windows.counts.subarray(windows.offsets[w], windows.offsets[w + 1]), offsets[i])
  })
  return {
    count: picked.length,
    windowSize: windows.windowSize,
    stride: windows.stride,
    ...(windows.windowMs === undefined ? {} : { windowMs: windows.windowMs }),
    startRow: picked.map((w) => windows.startRow[w]),
    endRow: picked.map((w) => windows.endRow[w]),
    sources: windows.sources,
    source: picked.map((w) => windows.source[w]),
    startLine: picked.map((w) => windows.startLine[w]),
    endLine: picked.map((w) => windows.endLine[w]),
    startTime: Float64Array.from(picked, (w) => windows.startTime[w]),
    endTime: Float64Array.from(picked, (w) => windows.endTime[w]),
    offsets,
    templates,
    counts,
  }
}
