/** Strings that may be decoded only when asked for. A plain `string[]` is one. */
export interface StringColumn {
  /** Number of rows. */
  readonly length: number
  /** The string of a row, `0 <= row < length`. */
  at(row: number): string | undefined
}
