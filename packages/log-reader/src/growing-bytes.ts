/** Bytes that are appended to; the buffer doubles when it is full. */
export class GrowingBytes {
  #bytes = Buffer.alloc(0)
  #size = 0

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  /** Appends the bytes of a buffer between two positions. */
  append(source: Buffer, start = 0, end = source.length): void {
    const size = this.#size + end - start
    if (size > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 * this.#bytes.length, size))
      this.#bytes.copy(larger, 0, 0, this.#size)
      this.#bytes = larger
    }
    source.copy(this.#bytes, this.#size, start, end)
    this.#size = size
  }

  /** Copies the bytes between two positions to another one behind them; the two may overlap. */
  move(start: number, end: number, to: number): void {
    for (let at = end - 1; at >= start; at--) this.#bytes[to + at - start] = this.#bytes[at]
  }

  /** A view of the bytes between two positions; worthless after the next `append`. */
  subarray(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, Math.min(end, this.#size))
  }

  /** Forgets all. */
  clear(): void {
    this.#size = 0
  }
}
