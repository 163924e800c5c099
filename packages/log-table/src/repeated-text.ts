import { Dictionary } from './dictionary-column.js'
import type { DistinctTexts } from './distinct-texts.js'
import { type EncodedColumn, encodeRequiredCodes } from './encoded-column.js'
import { TextPage } from './text-page.js'

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
  /** Of texts that came with codes: those texts, and the codes they have here, +1; 0 where not yet known. */
  #source: readonly string[] = []
  #ownCodes = new Int32Array(0)

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
    for (const value of values) this.#codes[this.#rowCount++] = this.#codeOf(value)
    this.#turnPlainIfDear()
  }

  /** Adds the rows `from <= row < to` of texts that are told apart already. */
  appendDistinct({ values, codes }: DistinctTexts, from: number, to: number): void {
    if (this.#isPlain) return this.#plain.append(Array.from(codes.subarray(from, to), (code) => values[code]))
    const own = this.#codesFor(values)
    for (let row = from; row < to; row++) {
      const code = codes[row]
      if (own[code] === 0) own[code] = this.#codeOf(values[code]) + 1
      this.#codes[this.#rowCount++] = own[code] - 1
    }
    this.#turnPlainIfDear()
  }

  /** The column, in memory of its own; empty after it. */
  take(): EncodedColumn {
    const column = this.#isPlain
      ? this.#plain.take()
      : encodeRequiredCodes(this.#codes.slice(0, this.#rowCount), this.#dictionary.values)
    this.#forget()
    this.#rowCount = 0
    this.#isPlain = false
    return column
  }

  #codeOf(value: string): number {
    const { values: distinct } = this.#dictionary
    const before = distinct.length
    const code = this.#dictionary.codeOf(value)
    if (distinct.length > before) this.#dictionarySize += value.length
    return code
  }

  #codesFor(values: readonly string[]): Int32Array {
    if (values !== this.#source) this.#ownCodes = new Int32Array(2 * values.length)
    else if (values.length > this.#ownCodes.length) {
      const larger = new Int32Array(2 * values.length)
      larger.set(this.#ownCodes)
      this.#ownCodes = larger
    }
    this.#source = values
    return this.#ownCodes
  }

  #turnPlainIfDear(): void {
    if (this.#rowCount >= FIRST_LOOK && this.#dictionary.values.length > this.#rowCount / 2) this.#turnPlain()
  }

  #forget(): void {
    this.#dictionary = new Dictionary()
    this.#dictionarySize = 0
    this.#source = []
  }

  #turnPlain(): void {
    const { values } = this.#dictionary
    for (let start = 0; start < this.#rowCount; start += FIRST_LOOK) {
      const codes = this.#codes.subarray(start, Math.min(start + FIRST_LOOK, this.#rowCount))
      this.#plain.append(Array.from(codes, (code) => values[code]))
    }
    this.#forget()
    this.#isPlain = true
  }
}

// Rows before the dictionary is judged: fewer say nothing yet.
const FIRST_LOOK = 1024
