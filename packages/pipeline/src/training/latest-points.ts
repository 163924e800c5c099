import { sliceSeries, type WindowSeries } from '@sp/builders'

/** The latest points of a series, at most so many. */
export function latestPoints(series: WindowSeries, most: number): WindowSeries {
  const from = Math.max(0, series.count - most)
  return { ...sliceSeries(series, from, series.count), window: series.window.subarray(from) }
}
