import type { Statistics } from 'hyparquet'
import { TextPage } from './text-page.js'

/**
 * One column of one row group in parquet's encodings, not yet compressed: the body of one data page and,
 * when the page holds indexes, of the dictionary page before it.
 */
export interface EncodedColumn {
  readonly rowCount: number
  readonly page: Uint8Array
  /** Distinct values in plain encoding. */
  readonly dictionary?: { readonly bytes: Uint8Array; readonly count: number }
  /** Bounds that let a reader skip the row group; absent where nobody filters by the column. */
  readonly statistics?: Statistics
}

/** A column without nulls of 32-bit integers. */
export function encodeInt32(values: Int32Array): EncodedColumn {
  let min = values[0]
  let max = values[0]
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (value < min) min = value
    else if (value > max) max = value
  }
  const statistics = { min_value: min, max_value: max, null_count: 0n }
  return { rowCount: values.length, page: bytesOf(values), statistics }
}

/** A nullable column of 32-bit integers, −1 being null. */
export function encodeNullableInt32(values: Int32Array): EncodedColumn {
  const present = new PresentRows(values.length)
  const kept = new Int32Array(values.length)
  for (let row = 0; row < values.length; row++) {
    if (values[row] === -1) continue
    kept[present.count] = values[row]
    present.add(row)
  }
  return present.column(kept.subarray(0, present.count))
}

/** A nullable column of 64-bit integers given as floats, NaN being null; exact up to 2^53. */
export function encodeNullableInt64(values: Float64Array): EncodedColumn {
  const present = new PresentRows(values.length)
  // Halves of a little-endian INT64: no BigInt has to be made for each value.
  const halves = new Int32Array(2 * values.length)
  let min = Infinity
  let max = -Infinity
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (value !== value) continue
    if (value < min) min = value
    if (value > max) max = value
    halves[2 * present.count] = value % 2 ** 32
    halves[2 * present.count + 1] = Math.floor(value / 2 ** 32)
    present.add(row)
  }
  const bounds = present.count === 0 ? {} : { min_value: BigInt(min), max_value: BigInt(max) }
  const statistics = { ...bounds, null_count: BigInt(present.nullCount) }
  return { ...present.column(halves.subarray(0, 2 * present.count)), statistics }
}

/**
 * A nullable column of strings given as codes into `values`, −1 being null. The dictionary holds only the
 * values that occur, in order of first appearance.
 */
export function encodeCodes(
  codes: Int32Array,
  values: readonly string[],
  { withStatistics = false } = {},
): EncodedColumn {
  const present = new PresentRows(codes.length)
  const indexes = new Int32Array(codes.length)
  const indexOf = new Map<number, number>()
  const occurring: string[] = []
  let lastCode = -1
  let lastIndex = -1
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]
    if (code < 0) continue
    if (code !== lastCode) {
      lastCode = code
      lastIndex = indexOf.get(code) ?? occurring.length
      if (lastIndex === occurring.length) {
        indexOf.set(code, lastIndex)
        occurring.push(values[code])
      }
    }
    indexes[present.count] = lastIndex
    present.add(row)
  }
  return {
    ...present.column(packIndexes(indexes.subarray(0, present.count), occurring.length)),
    dictionary: { bytes: encodeStrings(occurring), count: occurring.length },
    statistics: withStatistics ? stringBounds(occurring, present.nullCount) : undefined,
  }
}

/** A column without nulls of strings given as codes into `values`, each of which occurs. */
export function encodeRequiredCodes(codes: Int32Array, values: readonly string[]): EncodedColumn {
  const page = packIndexes(codes, values.length)
  return { rowCount: codes.length, page, dictionary: { bytes: encodeStrings(values), count: values.length } }
}

function encodeStrings(values: readonly string[]): Uint8Array {
  const page = new TextPage()
  page.append(values)
  return page.take().page
}

/** Which rows of a nullable column have a value, as parquet's definition levels: one bit a row. */
export class PresentRows {
  readonly #bits: Uint8Array
  readonly #rowCount: number
  /** Rows that have one. */
  count = 0

  /** So many rows, none of which has a value yet. */
  constructor(rowCount: number) {
    this.#rowCount = rowCount
    this.#bits = new Uint8Array((rowCount + 7) >> 3)
  }

  /** Rows that have none. */
  get nullCount(): number {
    return this.#rowCount - this.count
  }

  /** Takes a row that has a value; each once, in any order. */
  add(row: number): void {
    this.#bits[row >> 3] |= 1 << (row & 7)
    this.count++
  }

  /** The column whose values, in plain encoding or as indexes, are these. */
  column(values: ArrayBufferView): EncodedColumn {
    return { rowCount: this.#rowCount, page: concat(this.#levels(), bytesOf(values)) }
  }

  /** One run where all rows are alike, else one run of bits; before it four bytes of length. */
  #levels(): Uint8Array {
    const isUniform = this.count === 0 || this.nullCount === 0
    const run = isUniform
      ? [...varint(this.#rowCount << 1), this.count === 0 ? 0 : 1]
      : [...varint((this.#bits.length << 1) | 1)]
    const body = isUniform ? Uint8Array.from(run) : concat(Uint8Array.from(run), this.#bits)
    return concat(bytesOf(Int32Array.of(body.length)), body)
  }
}

/** RLE_DICTIONARY: the bit width, then one run; indexes packed bit by bit unless all are 0. */
function packIndexes(indexes: Int32Array, valueCount: number): Uint8Array {
  const bitWidth = valueCount <= 1 ? 1 : 32 - Math.clz32(valueCount - 1)
  if (valueCount <= 1) return Uint8Array.from([bitWidth, ...varint(indexes.length << 1), 0])
  const groups = (indexes.length + 7) >> 3
  const header = Uint8Array.from([bitWidth, ...varint((groups << 1) | 1)])
  const bytes = new Uint8Array(header.length + groups * bitWidth)
  bytes.set(header)
  let at = header.length
  let pending = 0
  let pendingBits = 0
  for (let i = 0; i < indexes.length; i++) {
    pending |= indexes[i] << pendingBits
    pendingBits += bitWidth
    for (; pendingBits >= 8; pendingBits -= 8) {
      bytes[at++] = pending
      pending >>>= 8
    }
  }
  if (pendingBits > 0) bytes[at] = pending
  return bytes
}

function stringBounds(values: readonly string[], nullCount: number): Statistics {
  const sorted = values.map((value) => Buffer.from(value)).sort(Buffer.compare)
  return { min_value: sorted[0], max_value: sorted.at(-1), null_count: BigInt(nullCount) }
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  bytes.push(value)
  return bytes
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
