import type { MultivariateModel } from '@sp/baseline'
import type { SeriesMapping } from '../mscred/series-mapping.js'

/** Names of the multivariate detectors among those of windows: the ensemble, and the network beside it. */
export const SERIES_DETECTORS = ['mscred', 'mscredNetwork'] as const
/** One of {@link SERIES_DETECTORS}. */
export type SeriesDetectorName = (typeof SERIES_DETECTORS)[number]

/** A multivariate detector of a bundle. */
export interface SeriesDetector {
  readonly name: SeriesDetectorName
  /** Its windows are cut by time. */
  readonly mapping: SeriesMapping
  readonly model: MultivariateModel
}

/** Length of the windows of a mapping, in milliseconds. @throws when they are of lines, as no bundle has them */
export function windowMsOf({ window }: SeriesMapping): number {
  if ('ms' in window) return window.ms
  throw new Error(`its series are counted by windows of ${window.lines} lines, expected windows of time`)
}
