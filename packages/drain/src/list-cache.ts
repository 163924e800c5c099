/** Messages of which many are equal: each distinct text once. */
export interface RepeatedMessages {
  /** Texts, mostly distinct. A list may grow between two calls; what stands in it does not change. */
  readonly values: readonly string[]
  /** Of each message, the index of its text. */
  readonly codes: Int32Array
}

/**
 * What was found for the texts of lists, kept for as long as a list is: one that repeats costs a look-up by number, not by
 * text. There may be several lists in turns, of threads that mask.
 */
export class ListCache<Found> {
  readonly #found = new WeakMap<readonly string[], (Found | undefined)[]>()

  /** By index into the list, to be filled by whoever asks; `undefined` where nothing was found yet. */
  of(values: readonly string[]): (Found | undefined)[] {
    let found = this.#found.get(values)
    if (found === undefined) this.#found.set(values, (found = []))
    while (found.length < values.length) found.push(undefined)
    return found
  }
}
