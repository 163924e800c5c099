import { Dictionary, type DictionaryColumn } from './dictionary-column.js'
import {
  type EncodedColumn,
  encodeCodes,
  encodeInt32,
  encodeNullableInt32,
  encodeNullableInt64,
} from './encoded-column.js'
import { DistinctTexts } from './distinct-texts.js'
import { appendParameterJson } from './parameter-page.js'
import type { ParsedLog } from './parsed-log.js'
import { RepeatedText } from './repeated-text.js'
import { SEVERITY_NAMES } from './severity.js'
import type { StringColumn } from './string-column.js'
import { TextBytes } from './text-bytes.js'
import { TextPage } from './text-page.js'
import { microsFromMilliseconds } from './timestamp-micros.js'

/**
 * The rows of one row group, `capacity` at most, while they gather. Text is encoded on arrival, so no string of a
 * batch is kept.
 */
export class RowGroupBuffer {
  readonly #capacity: number
  readonly #lineNo: Int32Array
  readonly #timestampMicros: Float64Array
  readonly #pid: Int32Array
  readonly #severity: Int32Array
  readonly #byteOffset: Float64Array
  readonly #template: Int32Array
  readonly #host: CodeBuffer
  readonly #process: CodeBuffer
  readonly #source: CodeBuffer
  readonly #raw = new TextPage()
  readonly #masked: RepeatedText
  readonly #parameters = new TextPage()
  #rowCount = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#lineNo = new Int32Array(capacity)
    this.#timestampMicros = new Float64Array(capacity)
    this.#pid = new Int32Array(capacity)
    this.#severity = new Int32Array(capacity)
    this.#byteOffset = new Float64Array(capacity)
    this.#template = new Int32Array(capacity)
    this.#host = new CodeBuffer(capacity)
    this.#process = new CodeBuffer(capacity)
    this.#source = new CodeBuffer(capacity)
    this.#masked = new RepeatedText(capacity)
  }

  /** Rows gathered. */
  get rowCount(): number {
    return this.#rowCount
  }

  /** Full by rows, or by text, so that a log of huge lines does not fill the memory. */
  get isFull(): boolean {
    const textSize = this.#raw.size + this.#masked.size + this.#parameters.size
    return this.#rowCount === this.#capacity || textSize > MAX_TEXT_BYTES
  }

  /** The template codes so far, a view that the next rows overwrite once the buffer was emptied. */
  get templates(): Int32Array {
    return this.#template.subarray(0, this.#rowCount)
  }

  /** Takes some rows of a batch from row `from` on, at least one unless full; returns the first row not taken. */
  append(batch: ParsedLog, from: number): number {
    const last = Math.min(batch.rowCount, from + PIECE_ROWS, from + this.#capacity - this.#rowCount)
    const to = this.#appendRaw(batch.raw, from, last)
    const at = this.#rowCount
    this.#lineNo.set(batch.lineNo.subarray(from, to), at)
    this.#pid.set(batch.pid.subarray(from, to), at)
    this.#severity.set(batch.severity.subarray(from, to), at)
    this.#byteOffset.set(batch.byteOffset.subarray(from, to), at)
    this.#template.set(batch.template.subarray(from, to), at)
    for (let row = from; row < to; row++) {
      this.#timestampMicros[at + row - from] = microsFromMilliseconds(batch.timestamp[row])
    }
    this.#host.set(batch.host, at, { from, to })
    this.#process.set(batch.process, at, { from, to })
    this.#source.set(batch.source, at, { from, to })
    this.#appendMasked(batch.masked, from, to)
    appendParameterJson(this.#parameters, batch.parameters, { from, to })
    this.#rowCount += to - from
    return to
  }

  /** As many rows as fill a piece; returns the row behind them. */
  #appendRaw(raw: StringColumn, from: number, last: number): number {
    if (raw instanceof TextBytes) {
      const to = rowsInPiece(raw, from, last)
      this.#raw.appendBytes(raw, from, to)
      return to
    }
    const texts = strings(raw, from, last)
    this.#raw.append(texts)
    return from + texts.length
  }

  #appendMasked(masked: StringColumn, from: number, to: number): void {
    if (masked instanceof DistinctTexts) this.#masked.appendDistinct(masked, from, to)
    else this.#masked.append(Array.from({ length: to - from }, (_, row) => masked.at(from + row) ?? ''))
  }

  /** The columns but for the two of the template, one after the other; empty after the last. */
  *take(): Generator<readonly [name: string, column: EncodedColumn]> {
    const rows = this.#rowCount
    yield ['line_no', encodeInt32(this.#lineNo.slice(0, rows))]
    yield ['timestamp', encodeNullableInt64(this.#timestampMicros.subarray(0, rows))]
    yield ['host', this.#host.take(rows)]
    yield ['process', this.#process.take(rows)]
    yield ['raw', this.#raw.take()]
    yield ['masked', this.#masked.take()]
    yield ['pid', encodeNullableInt32(this.#pid.subarray(0, rows))]
    yield ['severity', encodeCodes(this.#severity.subarray(0, rows), SEVERITY_NAMES)]
    yield ['source', this.#source.take(rows)]
    yield ['byte_offset', encodeNullableInt64(this.#byteOffset.subarray(0, rows))]
    yield ['parameters', this.#parameters.take()]
    this.#rowCount = 0
  }
}

// Text is encoded this many rows, or a little more than this many characters, at a time: enough to make the native
// call cheap, little to hold twice.
const PIECE_ROWS = 1024
const PIECE_CHARACTERS = 2 ** 20
const MAX_TEXT_BYTES = 64 * 2 ** 20

/** Codes of a dictionary column. Batches of one stream share a dictionary; others are translated. */
class CodeBuffer {
  readonly #codes: Int32Array
  #values: readonly string[] = []
  #own: Dictionary | null = null

  constructor(capacity: number) {
    this.#codes = new Int32Array(capacity)
  }

  set(column: DictionaryColumn, at: number, { from, to }: { readonly from: number; readonly to: number }): void {
    if (at === 0) {
      this.#values = column.values
      this.#own = null
    }
    if (column.values === this.#values) {
      this.#codes.set(column.codes.subarray(from, to), at)
      return
    }
    this.#own ??= this.#translateSoFar(at)
    for (let row = from; row < to; row++) this.#codes[at + row - from] = this.#own.codeOf(column.at(row))
  }

  take(rows: number): EncodedColumn {
    return encodeCodes(this.#codes.subarray(0, rows), this.#own?.values ?? this.#values)
  }

  #translateSoFar(rows: number): Dictionary {
    const own = new Dictionary()
    for (let row = 0; row < rows; row++) {
      const code = this.#codes[row]
      this.#codes[row] = own.codeOf(code < 0 ? null : this.#values[code])
    }
    this.#values = own.values
    return own
  }
}

/** The strings of some rows, up to the one that fills a piece. */
function strings(column: StringColumn, from: number, to: number): string[] {
  const values: string[] = []
  for (let row = from, characters = 0; row < to && characters < PIECE_CHARACTERS; row++) {
    const value = column.at(row) ?? ''
    characters += value.length
    values.push(value)
  }
  return values
}

/** The row behind those that fill a piece. */
function rowsInPiece({ starts, ends }: TextBytes, from: number, last: number): number {
  let to = from
  for (let bytes = 0; to < last && bytes < PIECE_CHARACTERS; to++) bytes += ends[to] - starts[to]
  return to
}
