import { AtomicFile } from './atomic-file.js'
import { encodeCodes } from './encoded-column.js'
import { ParquetOutput } from './parquet-output.js'
import type { ParsedLog } from './parsed-log.js'
import { PARSED_LOG_SCHEMA } from './parsed-log-schema.js'
import { RowGroupBuffer } from './row-group-buffer.js'
import { distinctTemplates, type TemplateTable } from './template-table.js'

/** How a parsed log is written. */
export interface ParsedLogWriterOptions {
  /**
   * Rows of a row group, the unit in which the file is buffered, written and read; default 65,536 (tens of MB in
   * memory). Very long lines make smaller ones.
   */
  readonly rowGroupSize?: number
}

/**
 * Writes `parsed.parquet` in memory of one row group, however long the log. Await each call before the next.
 *
 * What a line's template will be called is final only when the last line was read. So the writer keeps the
 * template codes in a scratch file beside the target, and writes the columns `template_id` and `template` of all row
 * groups at the end; parquet lets the column chunks of a row group lie anywhere in the file.
 */
export class ParsedLogWriter {
  readonly #output: ParquetOutput
  readonly #templateCodes: AtomicFile
  readonly #buffer: RowGroupBuffer
  readonly #groupRows: number[] = []
  #writtenRows = 0
  /** The row group that is being compressed and written. */
  #writing: Promise<void> = Promise.resolve()

  private constructor(output: ParquetOutput, templateCodes: AtomicFile, buffer: RowGroupBuffer) {
    this.#output = output
    this.#templateCodes = templateCodes
    this.#buffer = buffer
  }

  /**
   * Begins a file. What stands at `path` stays until `finish`.
   * @throws {LogTableError} `write-failed`
   * @throws {RangeError} when `rowGroupSize` is no whole number from 1 on
   */
  static async create(path: string, { rowGroupSize = 65_536 }: ParsedLogWriterOptions = {}): Promise<ParsedLogWriter> {
    if (!(rowGroupSize >= 1 && Number.isInteger(rowGroupSize))) {
      throw new RangeError(`rowGroupSize is ${rowGroupSize}; give a whole number from 1 on`)
    }
    const output = await ParquetOutput.create(path, PARSED_LOG_SCHEMA)
    try {
      const templateCodes = await AtomicFile.create(`${path}.templates`)
      return new ParsedLogWriter(output, templateCodes, new RowGroupBuffer(rowGroupSize))
    } catch (error) {
      await output.discard()
      throw error
    }
  }

  /** Rows taken so far. */
  get rowCount(): number {
    return this.#writtenRows + this.#buffer.rowCount
  }

  /** Rows taken and not yet on disk, at most the row group size. */
  get bufferedRowCount(): number {
    return this.#buffer.rowCount
  }

  /**
   * Takes the rows of a batch; the batch may be reused afterwards.
   * @throws {LogTableError} `write-failed`; the file is then gone
   */
  async write(batch: ParsedLog): Promise<void> {
    await this.#orAbort(async () => {
      for (let row = 0; row < batch.rowCount;) {
        row = this.#buffer.append(batch, row)
        if (this.#buffer.isFull) await this.#writeRowGroup()
      }
    })
  }

  /**
   * Writes what is left and puts the file under its name.
   * @param templates final texts and ids; the index is the code in the batches. A code without an entry reads as null
   * @throws {LogTableError} `write-failed`; the file is then gone
   */
  async finish(templates: TemplateTable): Promise<void> {
    await this.#orAbort(async () => {
      if (this.#buffer.rowCount > 0) await this.#writeRowGroup()
      await this.#writing
      await this.#writeTemplateColumns(templates)
      await this.#templateCodes.discard()
      await this.#output.commit()
    })
  }

  /** Removes what was half-written. Safe to call twice, and after `finish`, where it does nothing. */
  async abort(): Promise<void> {
    await this.#writing.catch(() => undefined)
    await this.#templateCodes.discard()
    await this.#output.discard()
  }

  /**
   * Hands the rows over to be compressed and written while the next ones gather; waits for the row group before, so
   * that two are in memory at most.
   */
  async #writeRowGroup(): Promise<void> {
    await this.#writing
    const { rowCount, templates } = this.#buffer
    const group = this.#output.beginRowGroup(rowCount)
    await this.#templateCodes.append(new Uint8Array(templates.buffer, templates.byteOffset, templates.byteLength))
    this.#writing = this.#output.writeColumns(group, [...this.#buffer.take()])
    // A failure is told by whoever waits next; until then it must not count as unhandled.
    this.#writing.catch(() => undefined)
    this.#groupRows.push(rowCount)
    this.#writtenRows += rowCount
  }

  async #writeTemplateColumns(templates: TemplateTable): Promise<void> {
    const { templates: distinct, indexOfCode } = distinctTemplates(templates)
    const ids = distinct.map(({ id }) => id)
    const texts = distinct.map(({ text }) => text)
    let position = 0
    for (const [group, rowCount] of this.#groupRows.entries()) {
      const bytes = await this.#templateCodes.read(position, 4 * rowCount)
      position += bytes.length
      const codes = new Int32Array(bytes.buffer).map((code) => indexOfCode[code] ?? -1)
      await this.#output.writeColumns(group, [
        ['template_id', encodeCodes(codes, ids, { withStatistics: true })],
        ['template', encodeCodes(codes, texts)],
      ])
    }
  }

  async #orAbort(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      await this.abort()
      throw error
    }
  }
}
