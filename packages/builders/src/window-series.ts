import type { TemplateTable } from '@sp/log-table'
import type { MultivariateSeries } from './multivariate-series.js'
import { channelNames, channelOfCode, type SeriesChannels } from './series-channels.js'
import type { WindowCounts } from './window-counts.js'
import { windowSegments } from './window-segments.js'

/** Counts by window as series, and which window each point is. */
export interface WindowSeries extends MultivariateSeries {
  /** Index into the windows, one a point: short windows at the end of a source are no points. */
  readonly window: Int32Array
}

/**
 * The lines of each series in each full window. A short window, at the end of a source, would look like a lack of
 * lines and is left out. A new stretch starts where windows do not follow one another.
 */
export function seriesFromWindows(
  windows: WindowCounts,
  channels: SeriesChannels,
  templates: TemplateTable,
): WindowSeries {
  const names = channelNames(channels)
  const channelOf = channelOfCode(channels, templates)
  const points: number[] = []
  const starts: number[] = []
  for (const { from, to } of windowSegments(windows)) {
    const begin = points.length
    for (let w = from; w < to; w++) if (isFull(windows, w)) points.push(w)
    if (points.length > begin) starts.push(begin)
  }
  const values = new Float64Array(points.length * names.length)
  points.forEach((w, point) => {
    for (let i = windows.offsets[w]; i < windows.offsets[w + 1]; i++) {
      const code = windows.templates[i]
      const channel = code < 0 ? names.length - 1 : channelOf[code]
      values[point * names.length + channel] += windows.counts[i]
    }
  })
  return { count: points.length, names, values, starts, window: Int32Array.from(points) }
}

function isFull({ startRow, endRow, startTime, endTime, windowSize, windowMs }: WindowCounts, w: number): boolean {
  return windowMs === undefined ? endRow[w] - startRow[w] === windowSize : endTime[w] === startTime[w] + windowMs
}
