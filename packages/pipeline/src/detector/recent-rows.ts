import type { ParsedLog } from '@sp/log-table'
import { cutLine } from './cut-line.js'

/** What is kept of a row. */
export interface RecentRow {
  readonly row: number
  readonly lineNo: number
  readonly byteOffset: number
  /** Milliseconds since 1970, `null` where the row has no time. */
  readonly time: number | null
  readonly severity: number
  readonly host: string | null
  readonly process: string | null
  readonly template: number
  readonly text: string
  readonly cutCharacters: number
}

type Rows = Pick<
  ParsedLog,
  'rowCount' | 'lineNo' | 'byteOffset' | 'timestamp' | 'severity' | 'host' | 'process' | 'raw' | 'template'
>

/**
 * The latest rows of one source, for evidence and context. Rows of the batch at hand are read where they are; of those
 * before it the last few are kept as copies, so that no batch outlives its turn.
 */
export class RecentRows {
  readonly #most: number
  /** Rows before the batch, ascending and without a gap. */
  #kept: RecentRow[]
  #batch: Rows | null = null
  #firstOfBatch: number

  /**
   * No rows, or those of a snapshot.
   * @param most rows that can be asked for behind the end of the batch before
   */
  constructor(most: number, snapshot: { readonly next: number; readonly rows: readonly RecentRow[] } = EMPTY) {
    this.#most = most
    this.#kept = [...snapshot.rows]
    this.#firstOfBatch = snapshot.next
  }

  /** Number of the row after the last. */
  get next(): number {
    return this.#firstOfBatch + (this.#batch?.rowCount ?? 0)
  }

  /** Takes the next rows; the batch must stay as it is until {@link RecentRows.settle}. */
  add(batch: Rows): void {
    this.#batch = batch
  }

  /** The batch is done with: its last rows are copied. */
  settle(): void {
    const { next } = this
    const from = Math.max(next - this.#most, this.#firstOfBatch - this.#kept.length)
    this.#kept = Array.from({ length: next - from }, (_, i) => this.at(from + i)!)
    this.#firstOfBatch = next
    this.#batch = null
  }

  /** A row by its number within the source; `undefined` where it is kept no longer. */
  at(row: number): RecentRow | undefined {
    const i = row - this.#firstOfBatch
    if (i < 0) return this.#kept.at(i < -this.#kept.length ? this.#kept.length : i)
    return this.#batch !== null && i < this.#batch.rowCount ? rowOf(this.#batch, i, row) : undefined
  }

  /** Template code of a row, −1 where it is kept no longer. Cheaper than {@link RecentRows.at}. */
  templateAt(row: number): number {
    const i = row - this.#firstOfBatch
    if (i >= 0) return this.#batch!.template[i]
    return i < -this.#kept.length ? -1 : this.#kept[this.#kept.length + i].template
  }

  /** The kept rows, between two batches. */
  snapshot(): { readonly next: number; readonly rows: readonly RecentRow[] } {
    return { next: this.next, rows: [...this.#kept] }
  }
}

const EMPTY = { next: 0, rows: [] }

/** A row as it is kept. */
export function rowOf(batch: Rows, i: number, row: number): RecentRow {
  return {
    row,
    lineNo: batch.lineNo[i],
    byteOffset: batch.byteOffset[i],
    time: Number.isNaN(batch.timestamp[i]) ? null : batch.timestamp[i],
    severity: batch.severity[i],
    host: batch.host.at(i),
    process: batch.process.at(i),
    template: batch.template[i],
    ...cutLine(batch.raw.at(i) ?? ''),
  }
}
