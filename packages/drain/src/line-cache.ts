/** Lines of more UTF-16 units are not kept: they rarely repeat, and the cache must stay small. */
const LONGEST_LINE = 1024

/**
 * What a search found for a line, kept until the searched state changes. Log lines repeat themselves once masked, and
 * a repeated line costs one look-up here instead of tokenising, tree and similarity. Holds a bounded number of lines
 * and starts afresh when full.
 */
export class LineCache<Found> {
  readonly #found = new Map<string, Found>()

  /**
   * Starts empty.
   *
   * @param capacity most lines held at a time
   */
  constructor(readonly capacity: number) {}

  /** What was found for a line, `undefined` when it was not searched since the last change. */
  get(line: string): Found | undefined {
    // The hash of a long line would take longer than to find out anew.
    return line.length > LONGEST_LINE ? undefined : this.#found.get(line)
  }

  /** Keeps what was found. */
  set(line: string, found: Found): void {
    if (line.length > LONGEST_LINE) return
    if (this.#found.size >= this.capacity) this.#found.clear()
    this.#found.set(line, found)
  }

  /** Forgets everything: to be called whenever a search might now find something else. */
  clear(): void {
    if (this.#found.size > 0) this.#found.clear()
  }
}
