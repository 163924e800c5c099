/**
 * Orders work: what concerns one source is done one after the other in the order it came, that of different sources side
 * by side, so that networks can judge rows of several sources at a time; what concerns all waits for everything before it
 * and holds up everything after it.
 */
export class SourceTurns {
  /** Settled when the latest work on all sources is done. */
  #all: Promise<unknown> = Promise.resolve()
  /** By source what it does last, since that work. */
  readonly #latest = new Map<string, Promise<unknown>>()

  /** Does work of a source in its turn. */
  of<T>(source: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#latest.get(source) ?? this.#all).then(work)
    const settled: Promise<unknown> = done
      .catch(() => undefined)
      .then(() => {
        if (this.#latest.get(source) === settled) this.#latest.delete(source)
      })
    this.#latest.set(source, settled)
    return done
  }

  /** Does work that no work of a source may run beside. */
  ofAll<T>(work: () => Promise<T>): Promise<T> {
    const done = Promise.all([this.#all, ...this.#latest.values()]).then(work)
    this.#all = done.catch(() => undefined)
    this.#latest.clear()
    return done
  }
}
