type Growable = Int32Array | Float64Array

/** A typed array that grows by doubling as values are appended. */
export class GrowingArray<T extends Growable> {
  #values: T
  #length = 0

  constructor(private readonly create: new (length: number) => T) {
    this.#values = new create(64)
  }

  /** Number of values so far. */
  get length(): number {
    return this.#length
  }

  /** Appends a value. */
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new this.create(this.#length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  /** A copy of exactly the values so far. */
  toArray(): T {
    return this.#values.slice(0, this.#length) as T
  }
}
