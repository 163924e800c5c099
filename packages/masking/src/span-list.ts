/** About what texts have on average; more only costs growing once. */
const USUAL_SPANS = 3

/** Collects the spans of many texts in flat arrays that grow by doubling. */
export class SpanList {
  readonly #offsets: Int32Array
  readonly #typeNames: readonly string[]
  #types: Uint8Array
  #starts: Int32Array
  #ends: Int32Array
  #texts = 0
  #count = 0

  constructor(texts: number, typeNames: readonly string[]) {
    this.#offsets = new Int32Array(texts + 1)
    this.#typeNames = typeNames
    const capacity = 16 + USUAL_SPANS * texts
    this.#types = new Uint8Array(capacity)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
  }

  /** Adds a span of the present text. */
  add(type: number, start: number, end: number): void {
    if (this.#count === this.#types.length) this.#grow()
    this.#types[this.#count] = type
    this.#starts[this.#count] = start
    this.#ends[this.#count++] = end
  }

  /** The spans of the present text are complete. */
  endText(): void {
    this.#offsets[++this.#texts] = this.#count
  }

  /** The arrays, as long as there are spans. */
  arrays() {
    return {
      offsets: this.#offsets,
      types: this.#types.subarray(0, this.#count),
      starts: this.#starts.subarray(0, this.#count),
      ends: this.#ends.subarray(0, this.#count),
      typeNames: this.#typeNames,
    }
  }

  #grow(): void {
    const [types, starts, ends] = [this.#types, this.#starts, this.#ends]
    const capacity = 2 * types.length
    this.#types = new Uint8Array(capacity)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
    this.#types.set(types)
    this.#starts.set(starts)
    this.#ends.set(ends)
  }
}
