import { Dictionary } from './dictionary-column.js'
import { type EncodedColumn, encodeCodes, encodeNullableInt64, PresentRows } from './encoded-column.js'
import type { TableColumn } from './table-file.js'
import { microsFromMilliseconds } from './timestamp-micros.js'

/** A column of a small table in parquet's encodings. */
export function encodeTableColumn({ type, data }: TableColumn): EncodedColumn {
  switch (type) {
    case 'string':
      return encodeTexts(data, (value) => value as string)
    case 'json':
      return encodeTexts(data, (value) => JSON.stringify(value))
    case 'boolean':
      return encodeBooleans(data)
    case 'timestamp':
      return encodeNullableInt64(Float64Array.from(data, (value) => microsFromMilliseconds(numberOrNaN(value))))
    case 'int64':
      return encodeNullableInt64(Float64Array.from(data, numberOrNaN))
    case 'int32':
      return encodeNumbers(data, new Int32Array(data.length))
    case 'double':
      return encodeNumbers(data, new Float64Array(data.length))
  }
}

function encodeTexts(data: ArrayLike<unknown>, textOf: (value: unknown) => string): EncodedColumn {
  const distinct = new Dictionary()
  const codes = Int32Array.from(data, (value) => distinct.codeOf(isNull(value) ? null : textOf(value)))
  return encodeCodes(codes, distinct.values)
}

/** Numbers as they are, those that are no null; `kept` takes them and has room for all. */
function encodeNumbers(data: ArrayLike<unknown>, kept: Int32Array | Float64Array): EncodedColumn {
  const present = new PresentRows(data.length)
  for (let row = 0; row < data.length; row++) {
    const value = data[row]
    if (isNull(value)) continue
    kept[present.count] = value as number
    present.add(row)
  }
  return present.column(kept.subarray(0, present.count))
}

/** One bit a value, the lowest first. */
function encodeBooleans(data: ArrayLike<unknown>): EncodedColumn {
  const present = new PresentRows(data.length)
  const bits = new Uint8Array((data.length + 7) >> 3)
  for (let row = 0; row < data.length; row++) {
    const value = data[row]
    if (isNull(value)) continue
    if (value) bits[present.count >> 3] |= 1 << (present.count & 7)
    present.add(row)
  }
  return present.column(bits.subarray(0, (present.count + 7) >> 3))
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function numberOrNaN(value: unknown): number {
  return isNull(value) ? NaN : (value as number)
}
