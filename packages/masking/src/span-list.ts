import type { Scanner } from './scanner.js'

/** Collects the spans of many texts in flat arrays that grow by doubling. */
export class SpanList {
  readonly #offsets: Int32Array
  readonly #typeNames: readonly string[]
  #types: Uint8Array
  #starts: Int32Array
  #ends: Int32Array
  #texts = 0
  #count = 0

  /**
   * An empty list.
   * @param texts how many there will be
   * @param usualSpans of a text, as far as one can tell: more only costs growing
   */
  constructor(texts: number, { usualSpans, typeNames }: { usualSpans: number; typeNames: readonly string[] }) {
    this.#offsets = new Int32Array(texts + 1)
    this.#typeNames = typeNames
    const capacity = 16 + Math.ceil(usualSpans * texts)
    this.#types = new Uint8Array(capacity)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
  }

  /** Spans of a text, on average. */
  get usualSpans(): number {
    return this.#texts === 0 ? 0 : this.#count / this.#texts
  }

  /** Adds a span of the present text. */
  add(type: number, start: number, end: number): void {
    if (this.#count === this.#types.length) this.#grow(1)
    this.#types[this.#count] = type
    this.#starts[this.#count] = start
    this.#ends[this.#count++] = end
  }

  /** Adds all spans that a scanner has found in the present text. `typeOf` says the type of each rule. */
  addAll({ starts, ends, rules, count }: Scanner, typeOf: Uint8Array): void {
    const from = this.#count
    if (from + count > this.#types.length) this.#grow(count)
    const [types, ownStarts, ownEnds] = [this.#types, this.#starts, this.#ends]
    for (let index = 0; index < count; index++) {
      types[from + index] = typeOf[rules[index]]
      ownStarts[from + index] = starts[index]
      ownEnds[from + index] = ends[index]
    }
    this.#count = from + count
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

  #grow(more: number): void {
    const [types, starts, ends] = [this.#types, this.#starts, this.#ends]
    const capacity = 2 * (types.length + more)
    this.#types = new Uint8Array(capacity)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
    this.#types.set(types)
    this.#starts.set(starts)
    this.#ends.set(ends)
  }
}
