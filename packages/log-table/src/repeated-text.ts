import { Dictionary } from './dictionary-column.js'
import { type EncodedColumn, TextPage, encodeRequiredCodes } from './encoded-column.js'

/**
 * A column of strings that mostly repeat, as masked messages do: a dictionary while that pays, plain text from
 * the moment when more than half of the rows were new. Takes `capacity` rows at most between two `take`.
 */
export class RepeatedText {
  readonly #codes: Int32Array
  readonly #plain = new TextPage()
  #dictionary = new Dictionary()
  #dictionarySize = 0
  #rowCount = 0
  #isPlain = false

  constructor(capacity: number) {
    this.#codes = new Int32Array(capacity)
  }

  /** Roughly the bytes held. */
  get size(): number {
    return this.#plain.size + this.#dictionarySize
  }

  /** Adds rows. */
  append(values: readonly string[]): void {
    if (this.#isPlain) return this.#plain.append(values)
    const { values: distinct } = this.#dictionary
    for (const value of values) {
      const code = this.#dictionary.codeOf(value)
      if (code === distinct.length - 1) this.#dictionarySize += value.length
      this.#codes[this.#rowCount++] = code
    }
    if (this.#rowCount >= FIRST_LOOK && distinct.length > this.#rowCount / 2) this.#turnPlain()
  }

  /** The column, in memory of its own; empty after it. */
  take(): EncodedColumn {
    const column = this.#isPlain
      ? this.#plain.take()
      : encodeRequiredCodes(this.#codes.slice(0, this.#rowCount), this.#dictionary.values)
    this.#dictionary = new Dictionary()
    this.#dictionarySize = 0
    this.#rowCount = 0
    this.#isPlain = false
    return column
  }

  #turnPlain(): void {
    const { values } = this.#dictionary
    for (let start = 0; start < this.#rowCount; start += FIRST_LOOK) {
      const codes = this.#codes.subarray(start, Math.min(start + FIRST_LOOK, this.#rowCount))
      this.#plain.append(Array.from(codes, (code) => values[code]))
    }
    this.#dictionary = new Dictionary()
    this.#dictionarySize = 0
    this.#isPlain = true
  }
}

// Rows before the dictionary is judged: fewer say nothing yet.
const FIRST_LOOK = 1024
