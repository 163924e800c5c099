import type { StringColumn } from './string-column.js'

/** Texts that repeat: each one kept once, each row a code. Every row has a text, unlike in a `DictionaryColumn`. */
export class DistinctTexts implements StringColumn {
  /**
   * Takes the arrays as they are, without a copy.
   * @param values a builder may still append to them; existing codes never change meaning
   * @param codes one per row, index into `values`
   */
  constructor(
    readonly values: readonly string[],
    readonly codes: Int32Array,
  ) {}

  /** Number of rows. */
  get length(): number {
    return this.codes.length
  }

  /** The text of a row. */
  at(row: number): string {
    return this.values[this.codes[row]]
  }
}
