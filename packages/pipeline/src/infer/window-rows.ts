import type { WindowVerdict } from '@sp/baseline'
import type { TableColumn } from '@sp/log-table'

/** Where a window lies, and whether it was flagged. */
export interface JudgedWindow {
  readonly source: string
  readonly startLine: number
  readonly endLine: number
  readonly isAnomaly: boolean
}

/**
 * Collects the windows of a run as the columns of `baseline_scores.parquet`; what is told of them is in the findings.
 * Memory: a number a column, some 200 bytes a window. Not an object each: of a long log these are what collecting garbage
 * is slow for.
 */
export class WindowRows {
  readonly #names: readonly string[]
  readonly #threshold: number
  readonly #columns = {
    source: [] as string[],
    startRow: [] as number[],
    endRow: [] as number[],
    startLine: [] as number[],
    endLine: [] as number[],
    startTime: [] as number[],
    endTime: [] as number[],
    frequency: [] as number[],
    unseenRate: [] as number[],
    score: [] as number[],
    pValue: [] as number[],
    isAnomaly: [] as boolean[],
  }
  /** By detector. */
  readonly #pValues: readonly number[][]

  /**
   * No windows yet.
   * @param names of the detectors, in the order of p-values
   */
  constructor(names: readonly string[], threshold: number) {
    this.#names = names
    this.#threshold = threshold
    this.#pValues = names.map(() => [])
  }

  /** Adds windows of a source. */
  add(source: string, verdicts: readonly WindowVerdict[]): void {
    const columns = this.#columns
    for (const verdict of verdicts) {
      columns.source.push(source)
      columns.startRow.push(verdict.startRow)
      columns.endRow.push(verdict.endRow)
      columns.startLine.push(verdict.startLine)
      columns.endLine.push(verdict.endLine)
      columns.startTime.push(verdict.startTime)
      columns.endTime.push(verdict.endTime)
      columns.frequency.push(verdict.frequency)
      columns.unseenRate.push(verdict.unseenRate)
      columns.score.push(verdict.score)
      columns.pValue.push(verdict.pValue)
      columns.isAnomaly.push(verdict.isAnomaly)
      for (let d = 0; d < this.#pValues.length; d++) this.#pValues[d].push(verdict.pValues[d])
    }
  }

  /** The windows so far. */
  windows(): JudgedWindow[] {
    const { source: sources, startLine, endLine, isAnomaly } = this.#columns
    return sources.map((source, w) => {
      return { source, startLine: startLine[w], endLine: endLine[w], isAnomaly: isAnomaly[w] }
    })
  }

  /** The columns; those of the reference format first. */
  columns(): TableColumn[] {
    const columns = this.#columns
    return [
      { name: 'window_start_line', type: 'int32', data: columns.startLine },
      { name: 'unseen_rate', type: 'double', data: columns.unseenRate },
      { name: 'freq_z', type: 'double', data: columns.frequency },
      { name: 'score', type: 'double', data: columns.score },
      { name: 'is_anomaly', type: 'boolean', data: columns.isAnomaly },
      { name: 'source', type: 'string', data: columns.source },
      { name: 'window_end_line', type: 'int32', data: columns.endLine },
      { name: 'start_row', type: 'int32', data: columns.startRow },
      { name: 'end_row', type: 'int32', data: columns.endRow },
      { name: 'start_time', type: 'timestamp', data: columns.startTime },
      { name: 'end_time', type: 'timestamp', data: columns.endTime },
      { name: 'p_value', type: 'double', data: columns.pValue },
      { name: 'threshold', type: 'double', data: columns.score.map(() => this.#threshold) },
      ...this.#names.map((name, d): TableColumn => ({
        name: `${snakeCase(name)}_p_value`,
        type: 'double',
        data: this.#pValues[d],
      })),
    ]
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
