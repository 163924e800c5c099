import { judgeAlone } from '@sp/baseline'
import type { TableColumn } from '@sp/log-table'
import type { Bundle } from '../bundle/bundle.js'
import { frameColumns, type FrameRow, storedSeries } from '../mscred/frame-table.js'
import type { JudgedFrame } from '../series/series-stream.js'

/**
 * Collects the windows of time of a run as the columns of `mscred_infer.parquet`. One is an anomaly where it alone makes a
 * window of lines strange, within the budget of all detectors. Memory: some 300 bytes a window.
 */
export class FrameRows {
  readonly #bundle: Bundle
  readonly #rows: (FrameRow & Pick<JudgedFrame, 'detector'>)[] = []

  /** No windows yet. */
  constructor(bundle: Bundle) {
    this.#bundle = bundle
  }

  /** Windows so far. */
  get count(): number {
    return this.#rows.length
  }

  /** Those that are anomalies. */
  get flagged(): number {
    return this.#rows.reduce((sum, { isAnomaly }) => sum + Number(isAnomaly), 0)
  }

  /** Adds windows of a source. */
  add(source: string, frames: readonly JudgedFrame[]): void {
    const { windows, series } = this.#bundle
    for (const { causes, ...frame } of frames) {
      const { mapping } = series.find(({ name }) => name === frame.detector)!
      const judged = judgeAlone(windows, frame.detector, frame.score)
      // Of a calm minute no series is named: there are many.
      const named = judged.isAnomaly ? causes : []
      this.#rows.push({ ...frame, ...judged, source, series: storedSeries(named, mapping) })
    }
  }

  /** The columns, and which detector it was. */
  columns(): TableColumn[] {
    const detector = this.#rows.map((row) => row.detector)
    return [...frameColumns(this.#rows), { name: 'detector', type: 'string', data: detector }]
  }
}
