/**
 * Ids of findings that were given out, so that lines that are read twice after a fault do not tell them twice. Bounded:
 * the oldest are forgotten first.
 */
export class SeenFindings {
  readonly #most: number
  /** The source added to longest ago first. */
  readonly #sources = new Map<string, Set<string>>()
  #count = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Remembers an id. @returns whether it was new */
  add(source: string, id: string): boolean {
    const ids = this.#sources.get(source) ?? new Set()
    if (ids.has(id)) return false
    ids.add(id)
    this.#sources.delete(source)
    this.#sources.set(source, ids)
    this.#count++
    if (this.#count > this.#most) this.#forgetOldest()
    return true
  }

  /** Forgets a source: when it begins anew, its ids mean other findings. */
  forget(source: string): void {
    this.#count -= this.#sources.get(source)?.size ?? 0
    this.#sources.delete(source)
  }

  #forgetOldest(): void {
    const [source, ids] = this.#sources.entries().next().value!
    const [oldest] = ids
    ids.delete(oldest)
    this.#count--
    if (ids.size === 0) this.#sources.delete(source)
  }
}
