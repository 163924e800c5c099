/** The lines taken for one kind of message: Drain's log group. Lives until the recency list evicts it. */
export class Cluster {
  /** Lines assigned, the first included. */
  size = 1
  /** False once evicted; leaves may still hold the cluster until they are next added to. */
  isAlive = true
  /** Neighbours in the {@link RecencyList}; null at its ends and where nothing is ever evicted. */
  older: Cluster | null = null
  newer: Cluster | null = null

  /**
   * A cluster of one line.
   *
   * @param id 1-based, in order of creation, never used twice
   * @param tokens of the template; a wildcard stands where the lines differ
   */
  constructor(
    readonly id: number,
    readonly tokens: string[],
  ) {}

  /** The template as text: its tokens joined by one space. */
  get text(): string {
    return this.tokens.join(' ')
  }
}
