/** Messages of which many are equal: each distinct text once. */
export interface RepeatedMessages {
  /** Texts, mostly distinct. A list may grow between two calls; what stands in it does not change. */
  readonly values: readonly string[]
  /** Of each message, the index of its text. */
  readonly codes: Int32Array
}

/**
 * What was found for the texts of a list, kept for as long as messages are given by the same list: one that repeats costs
 * a look-up by number, not by text.
 */
export class ListCache<Found> {
  #values: readonly string[] = []
  #found: (Found | undefined)[] = []

  /** By index into the list, to be filled by whoever asks; `undefined` where nothing was found yet. */
  of(values: readonly string[]): (Found | undefined)[] {
    if (values !== this.#values) {
      this.#values = values
      this.#found = []
    }
    while (this.#found.length < values.length) this.#found.push(undefined)
    return this.#found
  }
}
