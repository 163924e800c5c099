import type { LineBatch } from './line-batches.js'

/** Bytes of a line that most logs exceed: the first guess of how many lines a chunk holds. */
const SHORT_LINE = 64

/** Collects the lines of one chunk in flat arrays that grow by doubling. */
export class LineList {
  readonly bytes: Buffer
  #starts: Int32Array
  #ends: Int32Array
  #lineNo: Int32Array
  #byteOffset: Float64Array
  #count = 0
  /** Texts that do not stand in the chunk as they are; they will lie behind it. */
  #added: Buffer[] = []
  #addedSize = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
    const capacity = 16 + Math.floor(bytes.length / SHORT_LINE)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
    this.#lineNo = new Int32Array(capacity)
    this.#byteOffset = new Float64Array(capacity)
  }

  /** Number of lines so far. */
  get count(): number {
    return this.#count
  }

  /** Adds a line that stands in the chunk. */
  add(line: { start: number; end: number; lineNo: number; byteOffset: number }): void {
    if (this.#count === this.#starts.length) this.#grow()
    const index = this.#count++
    this.#starts[index] = line.start
    this.#ends[index] = line.end
    this.#lineNo[index] = line.lineNo
    this.#byteOffset[index] = line.byteOffset
  }

  /** Adds a line of another text. */
  addText(text: string, about: { lineNo: number; byteOffset: number }): void {
    const bytes = Buffer.from(text)
    const start = this.bytes.length + this.#addedSize
    this.#added.push(bytes)
    this.#addedSize += bytes.length
    this.add({ start, end: start + bytes.length, ...about })
  }

  /** The lines so far. */
  batch(): LineBatch {
    const count = this.#count
    return {
      count,
      bytes: this.#added.length === 0 ? this.bytes : Buffer.concat([this.bytes, ...this.#added]),
      starts: this.#starts.subarray(0, count),
      ends: this.#ends.subarray(0, count),
      lineNo: this.#lineNo.subarray(0, count),
      byteOffset: this.#byteOffset.subarray(0, count),
    }
  }

  #grow(): void {
    const capacity = 2 * this.#starts.length
    this.#starts = enlarged(this.#starts, new Int32Array(capacity))
    this.#ends = enlarged(this.#ends, new Int32Array(capacity))
    this.#lineNo = enlarged(this.#lineNo, new Int32Array(capacity))
    this.#byteOffset = enlarged(this.#byteOffset, new Float64Array(capacity))
  }
}

function enlarged<List extends Int32Array | Float64Array>(list: List, larger: List): List {
  larger.set(list)
  return larger
}
