import type { TextBytes } from './text-bytes.js'

/** One value that a mask hid or a template leaves open. */
export interface Parameter {
  /** What kind of value it is, in upper case as it stands in the masked text: `IP`, `NUM`, `PATH`, … */
  readonly type: string
  /** The text as it stood in the line. */
  readonly value: string
}

/** The parameters of each row. */
export interface ParameterColumn {
  /** Number of rows. */
  readonly length: number
  /** The parameters of a row, in the order in which they stand in the line. */
  at(row: number): readonly Parameter[]
  /** Calls `visit` with each parameter of a row, without making objects. */
  visit(row: number, visit: (type: string, value: string) => void): void
}

/** Parameters as objects, all rows in one array. Row `r` owns the entries `offsets[r] <= i < offsets[r + 1]`. */
export class ParameterList implements ParameterColumn {
  /**
   * Takes the arrays as they are, without a copy.
   * @param offsets row count + 1 entries, ascending from 0
   * @param entries parameters of all rows, one row after the other
   */
  constructor(
    readonly offsets: Int32Array,
    readonly entries: readonly Parameter[],
  ) {}

  get length(): number {
    return this.offsets.length - 1
  }

  at(row: number): readonly Parameter[] {
    return this.entries.slice(this.offsets[row], this.offsets[row + 1])
  }

  visit(row: number, visit: (type: string, value: string) => void): void {
    for (let i = this.offsets[row]; i < this.offsets[row + 1]; i++) visit(this.entries[i].type, this.entries[i].value)
  }
}

/** Where parameters stand in the bytes of a batch; flat arrays of all rows. */
export interface SpanArrays {
  /** Row count + 1 entries, ascending from 0. */
  readonly offsets: Int32Array
  /** Index into `typeNames`. */
  readonly types: Uint8Array
  /** Position in the bytes, inclusive. */
  readonly starts: Int32Array
  /** Exclusive. */
  readonly ends: Int32Array
  readonly typeNames: readonly string[]
}

/** Parameters as places in the bytes of the rows' texts; strings are made only for those asked for. */
export class ParameterSpans implements ParameterColumn {
  /** Takes the arrays as they are, without a copy. */
  constructor(
    readonly texts: TextBytes,
    readonly spans: SpanArrays,
  ) {}

  get length(): number {
    return this.spans.offsets.length - 1
  }

  at(row: number): readonly Parameter[] {
    const parameters: Parameter[] = []
    this.visit(row, (type, value) => parameters.push({ type, value }))
    return parameters
  }

  visit(row: number, visit: (type: string, value: string) => void): void {
    const { offsets, types, starts, ends, typeNames } = this.spans
    for (let i = offsets[row]; i < offsets[row + 1]; i++) {
      visit(typeNames[types[i]], this.texts.textBetween(starts[i], ends[i]))
    }
  }
}
