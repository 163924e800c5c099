import type { EncodedColumn } from './encoded-column.js'
import type { TextBytes } from './text-bytes.js'

/**
 * A column without nulls of strings in plain encoding, four bytes of length before each value; appended piece by piece
 * so that the strings themselves need not be kept.
 */
export class TextPage {
  #bytes = Buffer.allocUnsafe(1 << 16)
  #size = 0
  #rowCount = 0

  /** Bytes of the page so far. */
  get size(): number {
    return this.#size
  }

  /** Adds rows. */
  append(values: readonly string[]): void {
    if (values.length === 0) return
    // One native call encodes all values with four placeholder bytes before each (a call per value costs more than the
    // bytes).
    const joined = LENGTH_GAP + values.join(LENGTH_GAP)
    const bytes = this.#reserve(3 * joined.length)
    const written = bytes.write(joined, this.#size, 'utf8')
    const isAscii = written === joined.length
    let at = this.#size
    for (const value of values) {
      const length = isAscii ? value.length : Buffer.byteLength(value)
      writeLength(bytes, at, length)
      at += LENGTH_BYTES + length
    }
    this.#size = at
    this.#rowCount += values.length
  }

  /** Adds the rows `from <= row < to` of texts that are bytes already. */
  appendBytes(texts: TextBytes, from: number, to: number): void {
    const { starts, ends } = texts
    for (let row = from; row < to; row++) {
      const length = ends[row] - starts[row]
      const bytes = this.#reserve(LENGTH_BYTES + length)
      texts.copyTo(bytes, this.#size + LENGTH_BYTES, row)
      this.#end(this.#size + LENGTH_BYTES + length)
    }
  }

  /** Adds a row that `write` puts into the buffer it is given, from a position on; it returns the position behind. */
  appendWritten(mostBytes: number, write: (bytes: Buffer, at: number) => number): void {
    const bytes = this.#reserve(LENGTH_BYTES + mostBytes)
    this.#end(write(bytes, this.#size + LENGTH_BYTES))
  }

  /** The column, in memory of its own; the page is empty after it. */
  take(): EncodedColumn {
    const column = { rowCount: this.#rowCount, page: this.#bytes.subarray(0, this.#size) }
    // As large as the last one: the next row group will need about as much.
    this.#bytes = Buffer.allocUnsafeSlow(this.#bytes.length)
    this.#size = 0
    this.#rowCount = 0
    return column
  }

  #end(at: number): void {
    writeLength(this.#bytes, this.#size, at - this.#size - LENGTH_BYTES)
    this.#size = at
    this.#rowCount++
  }

  #reserve(more: number): Buffer {
    if (this.#size + more <= this.#bytes.length) return this.#bytes
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#size + more))
    this.#bytes.copy(larger, 0, 0, this.#size)
    return (this.#bytes = larger)
  }
}

const LENGTH_BYTES = 4
const LENGTH_GAP = '\0'.repeat(LENGTH_BYTES)

function writeLength(bytes: Buffer, at: number, length: number): void {
  bytes[at] = length
  bytes[at + 1] = length >>> 8
  bytes[at + 2] = length >>> 16
  bytes[at + 3] = length >>> 24
}
