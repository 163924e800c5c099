/** Widths of which each is a multiple of the one before, so that bins can be joined exactly: milliseconds of a time axis. */
export const TIME_WIDTHS: readonly number[] = [
  1, 10, 100, 1000, 2000, 10_000, 30_000, 60_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000,
  43_200_000, 86_400_000,
]

/** The same for an axis of records or lines. */
export const COUNT_WIDTHS: readonly number[] = [1, 2, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000, 500_000]

/** One bin: values `start <= value < start + width`. */
export interface Bin<T> {
  readonly start: number
  readonly content: T
}

/** How bins are made. */
export interface AdaptiveBinsOptions<T> {
  /** Ascending, each a multiple of the one before; beyond the last they double. */
  readonly widths: readonly number[]
  /** Most bins that are not empty. */
  readonly limit: number
  readonly create: () => T
  /** Adds the content of one bin to another. */
  readonly merge: (into: T, from: T) => void
}

/**
 * Bins along an axis whose length is not known beforehand: as narrow as they can be while at most `limit` of them hold
 * something, and joined when there would be more. The result depends on what was put in, not on its order, as far as
 * `merge` does not. A lone value far away costs one bin and does not widen the others.
 */
export class AdaptiveBins<T> {
  readonly #options: AdaptiveBinsOptions<T>
  #bins = new Map<number, T>()
  #level = 0

  constructor(options: AdaptiveBinsOptions<T>) {
    this.#options = options
  }

  /** Width of all bins, in the unit of the axis. */
  get width(): number {
    const { widths } = this.#options
    return widths[this.#level] ?? widths[widths.length - 1] * 2 ** (this.#level - widths.length + 1)
  }

  /** Bins that hold something. */
  get size(): number {
    return this.#bins.size
  }

  /** The content of the bin that a value falls into; created where it was empty. */
  at(value: number): T {
    const index = Math.floor(value / this.width)
    const known = this.#bins.get(index)
    if (known !== undefined) return known
    this.#bins.set(index, this.#options.create())
    while (this.#bins.size > this.#options.limit) this.#widen()
    return this.#bins.get(Math.floor(value / this.width))!
  }

  /** The bins that hold something, ascending. */
  sorted(): Bin<T>[] {
    const { width } = this
    return Array.from(this.#bins, ([index, content]) => ({ start: index * width, content })).sort(
      (a, b) => a.start - b.start,
    )
  }

  /** Puts saved bins of a saved width back. */
  restore(width: number, bins: readonly Bin<T>[]): void {
    while (this.width < width) this.#level++
    for (const { start, content } of bins) this.#bins.set(Math.round(start / width), content)
  }

  #widen(): void {
    const before = this.width
    this.#level++
    const { width } = this
    const joined = new Map<number, T>()
    for (const [index, content] of this.#bins) {
      const wider = Math.floor((index * before) / width)
      const known = joined.get(wider)
      if (known === undefined) joined.set(wider, content)
      else this.#options.merge(known, content)
    }
    this.#bins = joined
  }
}
