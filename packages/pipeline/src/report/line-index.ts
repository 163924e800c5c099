import type { ParsedLogFile } from '@sp/log-table'
import type { LogSegment } from './log-survey.js'

/** Which row holds a line of a source: for tables that say where a window lies by its lines. Four bytes a row. */
export class LineIndex {
  readonly #log: ParsedLogFile
  readonly #segments: readonly LogSegment[]
  #lines = new Int32Array(0)

  constructor(log: ParsedLogFile, segments: readonly LogSegment[]) {
    this.#log = log
    this.#segments = segments
  }

  /** Reads the line numbers of all rows; to be called before the first question. */
  async read(): Promise<void> {
    this.#lines = new Int32Array(this.#log.rowCount)
    let row = 0
    for await (const batch of this.#log.batches({ columns: ['lineNo'] })) {
      this.#lines.set(batch.lineNo, row)
      row += batch.rowCount
    }
  }

  /** Row of the record that holds a line, from 0 within its source; the nearest where there is no such line. */
  rowOf(source: string | null, line: number): number {
    const own = this.#segments.filter((segment) => segment.source.name === source)
    const segment = own.find(({ endRow }) => this.#lines[endRow - 1] >= line) ?? own.at(-1) ?? this.#segments[0]
    let [low, high] = [segment.startRow, segment.endRow] // the first row that begins after the line lies in low..high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#lines[middle] > line) high = middle
      else low = middle + 1
    }
    return Math.max(segment.startRow, low - 1)
  }
}
