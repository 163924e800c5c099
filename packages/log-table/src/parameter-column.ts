/** One value that a mask hid or a template leaves open. */
export interface Parameter {
  /** What kind of value it is, in upper case as it stands in the masked text: `IP`, `NUM`, `PATH`, … */
  readonly type: string
  /** The text as it stood in the line. */
  readonly value: string
}

/**
 * The parameters of each row, all rows in two flat arrays.
 * Row `r` owns the entries `offsets[r] <= i < offsets[r + 1]`.
 */
export class ParameterColumn {
  /**
   * Takes the arrays as they are, without a copy.
   * @param offsets row count + 1 entries, ascending from 0
   * @param entries parameters of all rows, one row after the other
   */
  constructor(
    readonly offsets: Int32Array,
    readonly entries: readonly Parameter[],
  ) {}

  /** Number of rows. */
  get length(): number {
    return this.offsets.length - 1
  }

  /** The parameters of a row, in the order in which they stand in the line. */
  at(row: number): readonly Parameter[] {
    return this.entries.slice(this.offsets[row], this.offsets[row + 1])
  }
}
