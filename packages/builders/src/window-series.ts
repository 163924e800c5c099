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

/** Which series counts which template code. */
export interface ChannelCodes {
  /** Names of the series, N of them; the last one counts what is unknown. */
  readonly names: readonly string[]
  /** Place of the series of each known template code. */
  readonly channelOf: Int32Array
}

/** The series of frozen channels, for the template codes of a table. */
export function channelCodes(channels: SeriesChannels, templates: TemplateTable): ChannelCodes {
  return { names: channelNames(channels), channelOf: channelOfCode(channels, templates) }
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
  return seriesByCode(windows, channelCodes(channels, templates))
}

/** The same by template codes; codes beyond the known ones, and rows without a template, are unknown. */
export function seriesByCode(windows: WindowCounts, { names, channelOf }: ChannelCodes): WindowSeries {
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
      const channel = channelOf[windows.templates[i]] ?? names.length - 1
      values[point * names.length + channel] += windows.counts[i]
    }
  })
  return { count: points.length, names, values, starts, window: Int32Array.from(points) }
}

function isFull({ startRow, endRow, startTime, endTime, windowSize, windowMs }: WindowCounts, w: number): boolean {
  return windowMs === undefined ? endRow[w] - startRow[w] === windowSize : endTime[w] === startTime[w] + windowMs
}
