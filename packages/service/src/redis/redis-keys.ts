/** Names of the keys of one fleet in Redis. */
export interface RedisKeys {
  /** Stream of lines of a partition. */
  lines(partition: number): string
  /** Hash of source → state of a partition. */
  state(partition: number): string
  /** Who reads a partition. */
  lease(partition: number): string
  /** Ids of the findings of a source that were published. */
  seen(source: string): string
  /** Number of partitions. */
  readonly partitions: string
  /** Sorted set of services by the time they are taken for gone. */
  readonly members: string
  /** Stream of findings of the fleet. */
  readonly findings: string
}

/** The keys under a prefix. */
export function keysUnder(prefix: string): RedisKeys {
  return {
    lines: (partition) => `${prefix}:lines:${partition}`,
    state: (partition) => `${prefix}:state:${partition}`,
    lease: (partition) => `${prefix}:lease:${partition}`,
    seen: (source) => `${prefix}:seen:${source}`,
    partitions: `${prefix}:partitions`,
    members: `${prefix}:members`,
    findings: `${prefix}:findings`,
  }
}

/**
 * Partition of a source: FNV-1a, 32 bits, of its name as UTF-8, modulo the number of partitions. Short to write in any
 * language, since whoever adds lines has to know it too.
 */
export function partitionOf(source: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(source)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % partitions
}
