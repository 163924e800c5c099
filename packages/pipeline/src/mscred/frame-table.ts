import type { MultivariateScores, SeriesDeviation } from '@sp/baseline'
import { channelNames } from '@sp/builders'
import type { TableColumn } from '@sp/log-table'
import type { SeriesMapping } from './series-mapping.js'

/** A frame of windows as `mscred_infer.parquet` has it. */
export interface FrameRow {
  /** Number of its last window. */
  readonly window: number
  readonly source: string
  readonly startLine: number
  readonly endLine: number
  readonly startRow: number
  readonly endRow: number
  /** Milliseconds since 1970, NaN where unknown. */
  readonly startTime: number
  readonly endTime: number
  readonly score: number
  readonly threshold: number
  readonly isAnomaly: boolean
  readonly pValue: number
  readonly series: readonly StoredSeries[]
}

/** A piece of evidence in a file: the template stands by its id and text. */
export interface StoredSeries {
  readonly series: string
  readonly templateId: string | null
  readonly template: string | null
  readonly direction: 'up' | 'down'
  readonly deviation: number
  readonly surprise: number
}

/** The columns of frames; those of the reference format first. */
export function frameColumns(frames: readonly FrameRow[]): TableColumn[] {
  return [
    { name: 'window_idx', type: 'int32', data: frames.map(({ window }) => window) },
    { name: 'start_index', type: 'int32', data: frames.map(({ startLine }) => startLine) },
    { name: 'reconstruction_error', type: 'double', data: frames.map(({ score }) => score) },
    { name: 'is_anomaly', type: 'boolean', data: frames.map(({ isAnomaly }) => isAnomaly) },
    { name: 'threshold', type: 'double', data: frames.map(({ threshold }) => threshold) },
    { name: 'source', type: 'string', data: frames.map(({ source }) => source) },
    { name: 'window_end_line', type: 'int32', data: frames.map(({ endLine }) => endLine) },
    { name: 'start_row', type: 'int32', data: frames.map(({ startRow }) => startRow) },
    { name: 'end_row', type: 'int32', data: frames.map(({ endRow }) => endRow) },
    { name: 'start_time', type: 'timestamp', data: frames.map(({ startTime }) => startTime) },
    { name: 'end_time', type: 'timestamp', data: frames.map(({ endTime }) => endTime) },
    { name: 'p_value', type: 'double', data: frames.map(({ pValue }) => pValue) },
    { name: 'evidence', type: 'json', data: frames.map(({ series }) => series) },
  ]
}

/**
 * For each judged frame what a network over signature matrices says at each of its time scales, `null` where it says nothing;
 * an empty list of a model without such a network.
 */
export function scalesColumn(
  { count, parts }: Pick<MultivariateScores, 'count' | 'parts'>,
  judged: readonly number[],
): TableColumn {
  const scales = parts.find((part) => part.scales !== undefined)?.scales ?? new Float64Array(0)
  const each = scales.length / count
  const data = judged.map((f) =>
    Array.from(scales.subarray(f * each, (f + 1) * each), (score) => (Number.isFinite(score) ? score : null)),
  )
  return { name: 'scales', type: 'json', data }
}

/** The series that make a frame strange, with the texts of their templates. */
export function storedSeries(causes: readonly SeriesDeviation[], { channels, texts }: SeriesMapping): StoredSeries[] {
  const names = channelNames(channels)
  return causes.map(({ series, deviation, surprise }) => {
    const templateId = series < channels.templates.length ? names[series] : null
    return {
      series: names[series],
      templateId,
      template: templateId === null ? null : (texts[templateId] ?? null),
      direction: deviation < 0 ? 'down' : 'up',
      deviation: Math.abs(deviation),
      surprise,
    }
  })
}
