/**
 * A column of repeated strings: each distinct value stored once, each row a code into them.
 * Cheap: reading a row, comparing rows by code. Slow: finding the code of a value in a plain column (linear).
 */
export class DictionaryColumn {
  /**
   * Takes the arrays as they are, without a copy.
   * @param values distinct strings; a builder may still append to them, existing codes never change meaning
   * @param codes one per row, index into `values`; −1 means the row has no value
   */
  constructor(
    readonly values: readonly string[],
    readonly codes: Int32Array,
  ) {}

  /** Number of rows. */
  get length(): number {
    return this.codes.length
  }

  /** The string of a row, or `null` where it has none. */
  at(row: number): string | null {
    const code = this.codes[row]
    return code < 0 ? null : this.values[code]
  }
}

/** Gives each distinct string a code, in order of first appearance. One lives as long as the stream it serves. */
export class Dictionary {
  readonly #codes = new Map<string, number>()
  readonly #values: string[] = []

  /** Distinct values so far; grows as strings are added. */
  get values(): readonly string[] {
    return this.#values
  }

  /** The code of a string, added when new; −1 for `null`. */
  codeOf(value: string | null): number {
    if (value === null) return -1
    let code = this.#codes.get(value)
    if (code === undefined) {
      code = this.#values.length
      this.#codes.set(value, code)
      this.#values.push(value)
    }
    return code
  }
}
