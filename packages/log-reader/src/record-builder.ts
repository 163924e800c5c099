import { type Dictionary, DictionaryColumn, type RecordColumns } from '@sp/log-table'
import type { HeaderFields } from './header-fields.js'

/** A batch of records with their messages. */
export interface RecordBatch extends RecordColumns {
  /** What follows the header, one a record; of a stack trace the first line and the name of the exception. */
  readonly message: readonly string[]
}

/** The dictionaries of the string columns; hand the same to every source whose codes are to compare. */
export interface RecordDictionaries {
  readonly source: Dictionary
  readonly host: Dictionary
  readonly process: Dictionary
}

/** Collects records into columns; the last record stays open for continuation lines until the next begins. */
export class RecordBuilder {
  readonly #capacity: number
  readonly #dictionaries: RecordDictionaries
  readonly #sourceCode: number
  readonly #hosts: CodeCache
  readonly #processes: CodeCache
  #columns: Columns
  #count = 0

  constructor(options: { source: string; capacity: number; dictionaries: RecordDictionaries }) {
    this.#capacity = options.capacity
    this.#dictionaries = options.dictionaries
    this.#sourceCode = options.dictionaries.source.codeOf(options.source)
    this.#hosts = new CodeCache(options.dictionaries.host)
    this.#processes = new CodeCache(options.dictionaries.process)
    this.#columns = new Columns(this.#capacity)
  }

  /** Records so far. */
  get count(): number {
    return this.#count
  }

  /** No record can be added before {@link take}. */
  get isFull(): boolean {
    return this.#count === this.#capacity
  }

  /** Begins a record; the builder must not be full. */
  add(line: { text: string; lineNo: number; byteOffset: number }, fields: HeaderFields): void {
    const columns = this.#columns
    const row = this.#count++
    columns.lineNo[row] = line.lineNo
    columns.byteOffset[row] = line.byteOffset
    columns.timestamp[row] = fields.timestamp
    columns.host[row] = this.#hosts.codeOf(fields.host)
    columns.process[row] = this.#processes.codeOf(fields.process)
    columns.pid[row] = fields.pid
    columns.severity[row] = fields.severity
    columns.raw.push(line.text)
    columns.message.push(
      fields.message ?? (fields.messageStart === 0 ? line.text : line.text.slice(fields.messageStart)),
    )
  }

  /** Appends to the last record. */
  extend(text: { raw: string; message: string }): void {
    const row = this.#count - 1
    this.#columns.raw[row] += text.raw
    this.#columns.message[row] += text.message
  }

  /** Message of the last record. */
  get lastMessage(): string {
    return this.#columns.message[this.#count - 1]
  }

  /** The records so far as a batch; begins a new one. */
  take(): RecordBatch {
    const columns = this.#columns
    const count = this.#count
    this.#columns = new Columns(this.#capacity)
    this.#count = 0
    return {
      rowCount: count,
      source: new DictionaryColumn(this.#dictionaries.source.values, new Int32Array(count).fill(this.#sourceCode)),
      lineNo: columns.lineNo.subarray(0, count),
      byteOffset: columns.byteOffset.subarray(0, count),
      timestamp: columns.timestamp.subarray(0, count),
      host: new DictionaryColumn(this.#dictionaries.host.values, columns.host.subarray(0, count)),
      process: new DictionaryColumn(this.#dictionaries.process.values, columns.process.subarray(0, count)),
      pid: columns.pid.subarray(0, count),
      severity: columns.severity.subarray(0, count),
      raw: columns.raw,
      message: columns.message,
    }
  }
}

class Columns {
  readonly lineNo: Int32Array
  readonly byteOffset: Float64Array
  readonly timestamp: Float64Array
  readonly host: Int32Array
  readonly process: Int32Array
  readonly pid: Int32Array
  readonly severity: Int8Array
  readonly raw: string[] = []
  readonly message: string[] = []

  constructor(capacity: number) {
    this.lineNo = new Int32Array(capacity)
    this.byteOffset = new Float64Array(capacity)
    this.timestamp = new Float64Array(capacity)
    this.host = new Int32Array(capacity)
    this.process = new Int32Array(capacity)
    this.pid = new Int32Array(capacity)
    this.severity = new Int8Array(capacity)
  }
}

/**
 * Codes of strings that are slices of a chunk. A dictionary lives long, and a slice would keep its whole chunk alive
 * with it, so what enters the dictionary is a copy.
 */
class CodeCache {
  readonly #codes = new Map<string, number>()
  readonly #dictionary: Dictionary
  #last: string | null = null
  #lastCode = -1

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  codeOf(value: string | null): number {
    if (value === null) return -1
    // Neighbouring lines often agree, and comparing is cheaper than hashing.
    if (value === this.#last) return this.#lastCode
    this.#last = value
    return (this.#lastCode = this.#lookUp(value))
  }

  #lookUp(value: string): number {
    const known = this.#codes.get(value)
    if (known !== undefined) return known
    const copy = Buffer.from(value, 'utf16le').toString('utf16le')
    const code = this.#dictionary.codeOf(copy)
    this.#codes.set(copy, code)
    return code
  }
}
