import type { WindowVerdict } from '@sp/baseline'
import type { TableColumn } from '@sp/log-table'

/** Collects the windows of a run as the columns of `baseline_scores.parquet`. Memory: some 200 bytes a window. */
export class WindowRows {
  readonly #names: readonly string[]
  readonly #threshold: number
  readonly #sources: string[] = []
  readonly #verdicts: WindowVerdict[] = []

  /**
   * No windows yet.
   * @param names of the detectors, in the order of p-values
   */
  constructor(names: readonly string[], threshold: number) {
    this.#names = names
    this.#threshold = threshold
  }

  /** Adds windows of a source. */
  add(source: string, verdicts: readonly WindowVerdict[]): void {
    for (const verdict of verdicts) {
      this.#sources.push(source)
      // The evidence of each window is in the findings; kept here it would be most of the memory.
      this.#verdicts.push({ ...verdict, evidence: [] })
    }
  }

  /** The columns; those of the reference format first. */
  columns(): TableColumn[] {
    const all = this.#verdicts
    return [
      { name: 'window_start_line', type: 'int32', data: all.map(({ startLine }) => startLine) },
      { name: 'unseen_rate', type: 'double', data: all.map(({ unseenRate }) => unseenRate) },
      { name: 'freq_z', type: 'double', data: all.map(({ frequency }) => frequency) },
      { name: 'score', type: 'double', data: all.map(({ score }) => score) },
      { name: 'is_anomaly', type: 'boolean', data: all.map(({ isAnomaly }) => isAnomaly) },
      { name: 'source', type: 'string', data: this.#sources },
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
