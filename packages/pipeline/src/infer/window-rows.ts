import type { WindowVerdict } from '@sp/baseline'
import type { TableColumn } from '@sp/log-table'

/** What is kept of a window: what is told of it is in the findings. */
type WindowRow = Omit<WindowVerdict, 'evidence' | 'templates' | 'counts' | 'scores'> & { readonly source: string }

/** Collects the windows of a run as the columns of `baseline_scores.parquet`. Memory: some 200 bytes a window. */
export class WindowRows {
  readonly #names: readonly string[]
  readonly #threshold: number
  readonly #rows: WindowRow[] = []

  /**
   * No windows yet.
   * @param names of the detectors, in the order of p-values
   */
  constructor(names: readonly string[], threshold: number) {
    this.#names = names
    this.#threshold = threshold
  }

  /** The windows so far. */
  get all(): readonly WindowRow[] {
    return this.#rows
  }

  /** Adds windows of a source. */
  add(source: string, verdicts: readonly WindowVerdict[]): void {
    for (const verdict of verdicts) {
      const { startRow, endRow, startLine, endLine, startTime, endTime } = verdict
      const { frequency, unseenRate, score, pValue, pValues, isAnomaly } = verdict
      const place = { source, startRow, endRow, startLine, endLine, startTime, endTime }
      this.#rows.push({ ...place, frequency, unseenRate, score, pValue, pValues, isAnomaly })
    }
  }

  /** The columns; those of the reference format first. */
  columns(): TableColumn[] {
    const all = this.#rows
    return [
      { name: 'window_start_line', type: 'int32', data: all.map(({ startLine }) => startLine) },
      { name: 'unseen_rate', type: 'double', data: all.map(({ unseenRate }) => unseenRate) },
      { name: 'freq_z', type: 'double', data: all.map(({ frequency }) => frequency) },
      { name: 'score', type: 'double', data: all.map(({ score }) => score) },
      { name: 'is_anomaly', type: 'boolean', data: all.map(({ isAnomaly }) => isAnomaly) },
      { name: 'source', type: 'string', data: all.map(({ source }) => source) },
      { name: 'window_end_line', type: 'int32', data: all.map(({ endLine }) => endLine) },
      { name: 'start_row', type: 'int32', data: all.map(({ startRow }) => startRow) },
      { name: 'end_row', type: 'int32', data: all.map(({ endRow }) => endRow) },
      { name: 'start_time', type: 'timestamp', data: all.map(({ startTime }) => startTime) },
      { name: 'end_time', type: 'timestamp', data: all.map(({ endTime }) => endTime) },
      { name: 'p_value', type: 'double', data: all.map(({ pValue }) => pValue) },
      { name: 'threshold', type: 'double', data: all.map(() => this.#threshold) },
      ...this.#names.map((name, d): TableColumn => ({
        name: `${snakeCase(name)}_p_value`,
        type: 'double',
        data: all.map(({ pValues }) => pValues[d]),
      })),
    ]
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
