/** Floats that memory is got for at a time, 256 KB. */
const CHUNK = 1 << 16

/** Rows of equally many floats, in memory that is kept when they are let go of all at once. */
export class FloatPool {
  readonly #size: number
  readonly #rowsOfChunk: number
  readonly #chunks: Float32Array[] = []
  #rows = 0

  /**
   * No rows.
   * @param size floats of a row, from 1
   */
  constructor(size: number) {
    this.#size = size
    this.#rowsOfChunk = Math.max(1, Math.floor(CHUNK / size))
  }

  /** Floats that were taken. */
  get floats(): number {
    return this.#rows * this.#size
  }

  /** Takes a row for the floats from a place on. @returns where it lies */
  put(floats: Float32Array, from = 0): number {
    if (this.#rows === this.#chunks.length * this.#rowsOfChunk) {
      this.#chunks.push(new Float32Array(this.#rowsOfChunk * this.#size))
    }
    const chunk = this.#chunks[Math.floor(this.#rows / this.#rowsOfChunk)]
    const to = (this.#rows % this.#rowsOfChunk) * this.#size
    // Not by views: most rows are short, and there are many.
    for (let i = 0; i < this.#size; i++) chunk[to + i] = floats[from + i]
    return this.#rows++
  }

  /** The row at a place; a view. */
  at(place: number): Float32Array {
    const from = (place % this.#rowsOfChunk) * this.#size
    return this.#chunks[Math.floor(place / this.#rowsOfChunk)].subarray(from, from + this.#size)
  }

  /** Lets go of all rows. */
  clear(): void {
    this.#rows = 0
  }
}
