import { type Dictionary, DictionaryColumn, type RecordColumns, TextBytes } from '@sp/log-table'
import type { HeaderFields } from './header-fields.js'
import type { LineBatch } from './line-batches.js'
import { GrowingBytes } from './growing-bytes.js'
import { TextCodes } from './text-codes.js'

/** A batch of records with their messages. */
export interface RecordBatch extends RecordColumns {
  /** The original lines; they and the messages share one buffer. */
  readonly raw: TextBytes
  /** What follows the header, one a record; of a stack trace the first line and the name of the exception. */
  readonly message: TextBytes
}

/** The dictionaries of the string columns; hand the same to every source whose codes are to compare. */
export interface RecordDictionaries {
  readonly source: Dictionary
  readonly host: Dictionary
  readonly process: Dictionary
}

/**
 * Collects the records of one batch of lines into columns; the last record stays open for continuation lines until
 * the next begins.
 */
export class RecordBuilder {
  readonly #capacity: number
  readonly #dictionaries: RecordDictionaries
  readonly #sourceCode: number
  readonly #hosts: TextCodes
  readonly #processes: TextCodes
  #lines: LineBatch = NO_LINES
  #columns = new Columns(0)
  #count = 0
  /** The bytes of the lines and, behind them, texts that do not stand there as they are; empty while there are none. */
  readonly #extended = new GrowingBytes()
  /** Where a copy of the lines begins; −1 while there is none. */
  #copyStart = -1

  constructor(options: { source: string; capacity: number; dictionaries: RecordDictionaries }) {
    this.#capacity = options.capacity
    this.#dictionaries = options.dictionaries
    this.#sourceCode = options.dictionaries.source.codeOf(options.source)
    this.#hosts = new TextCodes(options.dictionaries.host)
    this.#processes = new TextCodes(options.dictionaries.process)
  }

  /** Records so far. */
  get count(): number {
    return this.#count
  }

  /** Whether a record of these lines can be added before {@link take}. */
  hasRoomFor(lines: LineBatch): boolean {
    return this.#count === 0 || (this.#lines === lines && this.#count < this.#columns.lineNo.length)
  }

  /** Begins a record with a line; there must be room. */
  add(lines: LineBatch, line: number, fields: HeaderFields): void {
    if (this.#count === 0) this.#begin(lines)
    const columns = this.#columns
    const row = this.#count++
    columns.lineNo[row] = lines.lineNo[line]
    columns.byteOffset[row] = lines.byteOffset[line]
    columns.timestamp[row] = fields.timestamp
    columns.host[row] = this.#hosts.codeOf(lines.bytes, fields.host)
    columns.process[row] = this.#processes.codeOf(lines.bytes, fields.process)
    columns.pid[row] = fields.pid
    columns.severity[row] = fields.severity
    columns.rawStart[row] = lines.starts[line]
    columns.rawEnd[row] = lines.ends[line]
    columns.messageStart[row] = fields.messageStart
    columns.messageEnd[row] = lines.ends[line]
    if (fields.message !== null) this.#setMessage(Buffer.from(fields.message))
    else if (fields.gapEnd > fields.gapStart) this.#leaveOut(fields, lines.ends[line])
  }

  /** Appends a line to the last record, and a text to its message. */
  extend(lines: LineBatch, line: number, message: string): void {
    const row = this.#count - 1
    const { rawStart, rawEnd } = this.#columns
    if (rawEnd[row] !== this.#size || rawStart[row] < this.#lines.bytes.length) {
      const copy = Buffer.from(this.#bytesOf(rawStart[row], rawEnd[row]))
      rawStart[row] = this.#size
      this.#append(copy)
    }
    this.#append(LINE_END)
    this.#append(lines.bytes, lines.starts[line], lines.ends[line])
    rawEnd[row] = this.#size
    if (message !== '') this.#setMessage(Buffer.from(this.lastMessage + message))
  }

  /** Message of the last record. */
  get lastMessage(): string {
    const row = this.#count - 1
    return this.#bytesOf(this.#columns.messageStart[row], this.#columns.messageEnd[row]).toString()
  }

  /** The records so far but the last, which stays open, as a batch; `null` where there is no other. */
  takeAllButLast(): RecordBatch | null {
    if (this.#count < 2) return null
    const last = this.#open()
    this.#count--
    const others = this.take()
    this.#reopen(last)
    return others
  }

  /** The raw text of the record that may go on; `null` without one. */
  get openText(): { readonly text: string; readonly lineNo: number; readonly byteOffset: number } | null {
    if (this.#count === 0) return null
    const { raw, lineNo, byteOffset } = this.#open()
    return { text: raw.toString(), lineNo, byteOffset }
  }

  /** The records so far as a batch; begins a new one. */
  take(): RecordBatch {
    const columns = this.#columns
    const count = this.#count
    const bytes = this.#extended.size === 0 ? this.#lines.bytes : this.#extended.take()
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
      raw: new TextBytes(bytes, columns.rawStart.subarray(0, count), columns.rawEnd.subarray(0, count)),
      message: new TextBytes(bytes, columns.messageStart.subarray(0, count), columns.messageEnd.subarray(0, count)),
    }
  }

  /** A copy of the last record. */
  #open(): OpenRecord {
    const row = this.#count - 1
    const { lineNo, byteOffset, timestamp, host, process, pid, severity, ...places } = this.#columns
    return {
      lineNo: lineNo[row],
      byteOffset: byteOffset[row],
      timestamp: timestamp[row],
      host: host[row],
      process: process[row],
      pid: pid[row],
      severity: severity[row],
      raw: Buffer.from(this.#bytesOf(places.rawStart[row], places.rawEnd[row])),
      message: Buffer.from(this.#bytesOf(places.messageStart[row], places.messageEnd[row])),
    }
  }

  /** Begins a batch with a record whose lines are no longer there. */
  #reopen({ raw, message, ...fields }: OpenRecord): void {
    this.#begin(NO_LINES, 1)
    this.#count = 1
    for (const [name, value] of Object.entries(fields)) this.#columns[name as keyof typeof fields][0] = value
    this.#append(raw)
    this.#columns.rawEnd[0] = this.#size
    this.#setMessage(message)
  }

  #begin(lines: LineBatch, capacity = Math.min(this.#capacity, lines.count)): void {
    this.#lines = lines
    this.#columns = new Columns(capacity)
    this.#copyStart = -1
  }

  /** Where the next added text will begin. */
  get #size(): number {
    return Math.max(this.#extended.size, this.#lines.bytes.length)
  }

  #append(bytes: Buffer, start = 0, end = bytes.length): void {
    const extended = this.#extended
    const { bytes: own } = this.#lines
    if (extended.size === 0) {
      extended.reserve(own.length + Math.max(end - start, own.length >> 2))
      extended.append(own)
    }
    extended.append(bytes, start, end)
  }

  /** The message of the last record becomes a text that stands nowhere. */
  #setMessage(bytes: Buffer): void {
    const row = this.#count - 1
    this.#columns.messageStart[row] = this.#size
    this.#append(bytes)
    this.#columns.messageEnd[row] = this.#size
  }

  /** The message of the last record becomes the line without a gap. */
  #leaveOut({ messageStart, gapStart, gapEnd }: HeaderFields, end: number): void {
    const row = this.#count - 1
    const { bytes } = this.#lines
    // One copy of all lines, and in it the few bytes before each gap moved up to what follows: two copies a line cost
    // more than reading it.
    if (this.#copyStart < 0) {
      this.#copyStart = this.#size
      this.#append(bytes)
    }
    const copy = this.#copyStart
    const start = gapEnd - (gapStart - messageStart)
    this.#extended.move(copy + messageStart, copy + gapStart, copy + start)
    this.#columns.messageStart[row] = copy + start
    this.#columns.messageEnd[row] = copy + end
  }

  #bytesOf(start: number, end: number): Buffer {
    return this.#extended.size === 0 ? this.#lines.bytes.subarray(start, end) : this.#extended.subarray(start, end)
  }
}

/** A record that may go on, apart from the lines it was read from. */
interface OpenRecord {
  readonly lineNo: number
  readonly byteOffset: number
  readonly timestamp: number
  readonly host: number
  readonly process: number
  readonly pid: number
  readonly severity: number
  readonly raw: Buffer
  readonly message: Buffer
}

const LINE_END = Buffer.from('\n')

const NO_LINES: LineBatch = {
  count: 0,
  bytes: Buffer.alloc(0),
  starts: new Int32Array(0),
  ends: new Int32Array(0),
  lineNo: new Int32Array(0),
  byteOffset: new Float64Array(0),
}

class Columns {
  readonly lineNo: Int32Array
  readonly byteOffset: Float64Array
  readonly timestamp: Float64Array
  readonly host: Int32Array
  readonly process: Int32Array
  readonly pid: Int32Array
  readonly severity: Int8Array
  readonly rawStart: Int32Array
  readonly rawEnd: Int32Array
  readonly messageStart: Int32Array
  readonly messageEnd: Int32Array

  constructor(capacity: number) {
    // One allocation for all: the garbage collector counts buffers.
    const buffer = new ArrayBuffer(ROW_BYTES * capacity)
    this.byteOffset = new Float64Array(buffer, 0, capacity)
    this.timestamp = new Float64Array(buffer, 8 * capacity, capacity)
    this.lineNo = int32Column(buffer, 0, capacity)
    this.host = int32Column(buffer, 1, capacity)
    this.process = int32Column(buffer, 2, capacity)
    this.pid = int32Column(buffer, 3, capacity)
    this.rawStart = int32Column(buffer, 4, capacity)
    this.rawEnd = int32Column(buffer, 5, capacity)
    this.messageStart = int32Column(buffer, 6, capacity)
    this.messageEnd = int32Column(buffer, 7, capacity)
    this.severity = new Int8Array(buffer, 48 * capacity, capacity)
  }
}

/** Two columns of 8 bytes, eight of 4, one of 1. */
const ROW_BYTES = 49

function int32Column(buffer: ArrayBuffer, column: number, capacity: number): Int32Array {
  return new Int32Array(buffer, (16 + 4 * column) * capacity, capacity)
}
