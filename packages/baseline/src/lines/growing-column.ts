/** So few numbers lie in the object itself, without memory of their own: most sources have few hosts and processes. */
const FEWEST = 8

/** A column that grows as slots are used; what was never set reads as the filling. */
export class GrowingColumn<T extends Int32Array | Float64Array> {
  /** At least as long as was asked for by {@link reach}; another array after it has grown. */
  values: T
  readonly #filling: number

  /** An empty column of a kind of array. */
  constructor(
    private readonly create: new (length: number) => T,
    filling = 0,
  ) {
    this.#filling = filling
    this.values = new create(FEWEST)
    this.values.fill(filling)
  }

  /** Makes room for the slots below a number. */
  reach(length: number): void {
    if (length <= this.values.length) return
    const longer = new this.create(Math.max(length, 2 * this.values.length))
    longer.set(this.values)
    longer.fill(this.#filling, this.values.length)
    this.values = longer
  }
}
