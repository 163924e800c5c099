import type { DecodedArray } from 'hyparquet'
import { Dictionary, DictionaryColumn } from './dictionary-column.js'
import { LogTableError } from './errors.js'
import { type ParameterColumn, ParameterList, type Parameter } from './parameter-column.js'
import { appendParameters } from './parameter-json.js'
import { ParquetInput, type RowRange } from './parquet-input.js'
import type { ParsedLog } from './parsed-log.js'
import { DISK_COLUMNS, type ParsedLogColumn, REQUIRED_COLUMNS } from './parsed-log-schema.js'
import { SEVERITY_NAMES } from './severity.js'
import type { Template, TemplateTable } from './template-table.js'

/** Which part of a parsed log is read. */
export interface BatchOptions {
  /**
   * Columns that are needed; default all. Others cost nothing and read as if the file had no values: no time (NaN),
   * code −1, empty text, no parameters, line number 0.
   */
  readonly columns?: readonly ParsedLogColumn[]
  /** First row, 0-based; default 0. */
  readonly startRow?: number
  /** Row after the last; default the number of rows. */
  readonly endRow?: number
}

/**
 * A `parsed.parquet` opened for reading, ours or one that pandas wrote with the eight columns of the reference
 * format (`line_no`, `timestamp`, `host`, `process`, `raw`, `masked`, `template_id`, `template`); the columns it
 * lacks read as nulls. Memory is that of one row group of the columns asked for.
 */
export class ParsedLogFile {
  readonly #input: ParquetInput
  readonly #templates = new TemplateCounts()
  readonly #host = new Dictionary()
  readonly #process = new Dictionary()
  readonly #source = new Dictionary()

  private constructor(input: ParquetInput) {
    this.#input = input
  }

  /**
   * Opens a file and checks its columns.
   * @throws {LogTableError} `missing-file`, `read-failed`, `not-parquet`, `missing-column`
   */
  static async open(path: string): Promise<ParsedLogFile> {
    const input = await ParquetInput.open(path)
    const missing = REQUIRED_COLUMNS.filter((name) => !input.columnNames.includes(name))
    if (missing.length > 0) {
      await input.close()
      const seen = input.columnNames.join(', ')
      const message = `${path} lacks the columns ${missing.join(', ')} (it has ${seen}); give a file that "parse" wrote`
      throw new LogTableError('missing-column', message)
    }
    return new ParsedLogFile(input)
  }

  /** Rows of the file. */
  get rowCount(): number {
    return this.#input.rowCount
  }

  /**
   * Templates in order of first appearance in the rows read; the index is the code in the batches. Grows while
   * batches with the column `template` are read and is final when they end. Codes hold for the life of this object;
   * counts are those of the last iteration.
   */
  get templates(): TemplateTable {
    return this.#templates.table
  }

  /**
   * Reads batches of at most 65,536 rows in the order of the file. All batches of this object share their
   * dictionaries. One iteration with the column `template` at a time.
   * @throws {LogTableError} `not-parquet` when the file turns out to be cut off or broken
   */
  async *batches({ columns = ALL_COLUMNS, startRow = 0, endRow = this.rowCount }: BatchOptions = {}): AsyncGenerator<
    ParsedLog,
    void,
    undefined
  > {
    const names = columns
      .flatMap((column) => DISK_COLUMNS[column])
      .filter((name) => this.#input.columnNames.includes(name))
    if (columns.includes('template')) this.#templates.restart()
    for (const group of this.#input.rowGroups) {
      const range = { start: Math.max(group.start, startRow), end: Math.min(group.end, endRow) }
      if (range.start >= range.end) continue
      const values = await this.#input.readColumns(names, range)
      for (let start = 0; start < range.end - range.start; start += BATCH_ROWS) {
        yield this.#batch(values, { start, end: Math.min(start + BATCH_ROWS, range.end - range.start) })
      }
    }
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#input.close()
  }

  #batch(values: ReadonlyMap<string, DecodedArray>, range: RowRange): ParsedLog {
    return {
      rowCount: range.end - range.start,
      lineNo: integers(slice(values, 'line_no', range), 0),
      timestamp: floats(slice(values, 'timestamp', range)),
      host: coded(slice(values, 'host', range), this.#host),
      process: coded(slice(values, 'process', range), this.#process),
      raw: texts(slice(values, 'raw', range)),
      masked: texts(slice(values, 'masked', range)),
      template: this.#templates.codes(slice(values, 'template_id', range), slice(values, 'template', range)),
      pid: integers(slice(values, 'pid', range), -1),
      severity: severities(slice(values, 'severity', range)),
      source: coded(slice(values, 'source', range), this.#source),
      byteOffset: floats(slice(values, 'byte_offset', range)),
      parameters: parameters(slice(values, 'parameters', range)),
    }
  }
}

const BATCH_ROWS = 65_536
const ALL_COLUMNS = Object.keys(DISK_COLUMNS) as ParsedLogColumn[]
const SEVERITY_CODES: ReadonlyMap<string, number> = new Map(SEVERITY_NAMES.map((name, code) => [name, code]))

/** The templates that occurred, by id, with the number of their rows. */
class TemplateCounts {
  readonly table: Template[] = []
  readonly #codes = new Map<string, number>()

  restart(): void {
    for (const [code, template] of this.table.entries()) this.table[code] = { ...template, count: 0 }
  }

  codes(ids: Values, templateTexts: Values): Int32Array {
    const codes = new Int32Array(ids.length).fill(-1)
    const counts = new Map<number, number>()
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]
      if (id === null || id === undefined) continue
      const code = this.#codeOf(String(id), templateTexts[row])
      codes[row] = code
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    for (const [code, more] of counts) {
      const template = this.table[code]
      this.table[code] = { ...template, count: template.count + more }
    }
    return codes
  }

  #codeOf(id: string, text: unknown): number {
    const known = this.#codes.get(id)
    if (known !== undefined) return known
    this.#codes.set(id, this.table.length)
    return this.table.push({ id, text: String(text ?? ''), count: 0 }) - 1
  }
}

/** Decoded values, nulls as `null` or `undefined`. */
type Values = ArrayLike<unknown>

/** Some rows of a column; of one that was not read, as many nulls. */
function slice(values: ReadonlyMap<string, DecodedArray>, name: string, { start, end }: RowRange): Values {
  const column = values.get(name)
  if (column === undefined) return new Array<undefined>(end - start)
  return start === 0 && end === column.length ? column : column.slice(start, end)
}

function integers(values: Values, missing: number): Int32Array {
  const integers = new Int32Array(values.length)
  for (let row = 0; row < values.length; row++) integers[row] = Number(values[row] ?? missing)
  return integers
}

function floats(values: Values): Float64Array {
  const floats = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) floats[row] = Number(values[row] ?? NaN)
  return floats
}

function severities(names: Values): Int8Array {
  const codes = new Int8Array(names.length)
  for (let row = 0; row < names.length; row++) codes[row] = SEVERITY_CODES.get(names[row] as string) ?? -1
  return codes
}

function texts(values: Values): string[] {
  const texts = new Array<string>(values.length)
  for (let row = 0; row < values.length; row++) texts[row] = (values[row] as string | null) ?? ''
  return texts
}

function coded(values: Values, dictionary: Dictionary): DictionaryColumn {
  const codes = new Int32Array(values.length)
  for (let row = 0; row < values.length; row++) codes[row] = dictionary.codeOf((values[row] as string | null) ?? null)
  return new DictionaryColumn(dictionary.values, codes)
}

function parameters(values: Values): ParameterColumn {
  const offsets = new Int32Array(values.length + 1)
  const entries: Parameter[] = []
  for (let row = 0; row < values.length; row++) {
    const json = values[row] as string | null | undefined
    if (json) appendParameters(entries, json)
    offsets[row + 1] = entries.length
  }
  return new ParameterList(offsets, entries)
}
