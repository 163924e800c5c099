/** Bytes that are appended to; the buffer doubles when it is full. */
export class GrowingBytes {
  #bytes = Buffer.alloc(0)
  #size = 0

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  /** Makes room for this many bytes more. */
  reserve(more: number): void {
    const size = this.#size + more
    if (size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 * this.#bytes.length, size))
    this.#bytes.copy(larger, 0, 0, this.#size)
    this.#bytes = larger
  }

  /** Appends the bytes of a buffer between two positions. */
  append(source: Buffer, start = 0, end = source.length): void {
    this.reserve(end - start)
    source.copy(this.#bytes, this.#size, start, end)
    this.#size += end - start
  }

  /** Copies the bytes between two positions to another one behind them; the two may overlap. */
  move(start: number, end: number, to: number): void {
    const bytes = this.#bytes
    for (let at = end - 1; at >= start; at--) bytes[to + at - start] = bytes[at]
  }

  /** A view of the bytes between two positions; worthless after the next `append`. */
  subarray(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, Math.min(end, this.#size))
  }

  /** The bytes, which nobody writes to any more; empty after it. */
  take(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#size)
    this.#bytes = Buffer.alloc(0)
    this.#size = 0
    return bytes
  }
}
