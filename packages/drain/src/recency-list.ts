import type { Cluster } from './cluster.js'

/**
 * Clusters from the least to the most recently used, as Drain3's `LogClusterCache` keeps them: created and learned
 * clusters become the most recent, mere candidates of a search do not move. All steps take constant time.
 */
export class RecencyList {
  #oldest: Cluster | null = null
  #newest: Cluster | null = null
  #size = 0

  /**
   * Starts empty.
   *
   * @param capacity most clusters held at a time, at least 1
   */
  constructor(readonly capacity: number) {}

  /** Makes room for a new cluster when the list is full, adds it as the most recent, and returns what had to go. */
  add(cluster: Cluster): Cluster | null {
    const evicted = this.#size === this.capacity ? this.#oldest : null
    if (evicted !== null) {
      this.#unlink(evicted)
      this.#size--
    }
    this.#append(cluster)
    this.#size++
    return evicted
  }

  /** Makes a cluster of the list its most recent. */
  touch(cluster: Cluster): void {
    if (cluster === this.#newest) return
    this.#unlink(cluster)
    this.#append(cluster)
  }

  /** From the least to the most recently used. */
  *[Symbol.iterator](): Iterator<Cluster> {
    for (let cluster = this.#oldest; cluster !== null; cluster = cluster.newer) yield cluster
  }

  #append(cluster: Cluster): void {
    cluster.older = this.#newest
    if (this.#newest === null) this.#oldest = cluster
    else this.#newest.newer = cluster
    this.#newest = cluster
  }

  #unlink(cluster: Cluster): void {
    const { older, newer } = cluster
    if (older === null) this.#oldest = newer
    else older.newer = newer
    if (newer === null) this.#newest = older
    else newer.older = older
    cluster.older = null
    cluster.newer = null
  }
}
