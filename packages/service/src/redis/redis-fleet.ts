import { messageOf, ServiceError } from '../errors.js'
import type { FindingOutput } from '../flow/finding-output.js'
import type { LineJudge } from '../flow/line-judge.js'
import type { ServiceCounters } from '../flow/service-counters.js'
import type { LineSource } from '../sources/line-source.js'
import type { Surroundings } from '../surroundings.js'
import { RedisFindings } from './finding-exchange.js'
import { PartitionReader } from './partition-reader.js'
import { hostOfRedis, RedisConnection, textOf } from './redis-connection.js'
import { keysUnder, partitionOf, type RedisKeys } from './redis-keys.js'
import { ACQUIRE, HEARTBEAT, MAKE_GROUP } from './redis-scripts.js'

/** A fleet of services that share streams of lines in Redis. */
export interface RedisFleetOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss:` with TLS. */
  readonly url: string
  /** Before the names of all keys, default `sp`. */
  readonly prefix?: string
  /** Streams of lines, default 16. The first service says how many; later ones must say the same. */
  readonly partitions?: number
  /** Name of the group of readers, default `sp`. */
  readonly group?: string
  /** Name of this service, another for each process, such as `<host>-<process>-<start>`. */
  readonly member: string
  /** A service that says nothing for so long loses its partitions; default 10 s. */
  readonly leaseMs?: number
  /** States are saved, and lines acknowledged, this often; default 5 s. */
  readonly commitMs?: number
  /** Entries that may be judged without being acknowledged, default 50,000. */
  readonly mostUncovered?: number
  /** Remove entries that are acknowledged, default true. Not where other groups read the same streams. */
  readonly trims?: boolean
}

/** What a fleet works with. */
export interface FleetParts {
  readonly judge: LineJudge
  readonly output: FindingOutput
  readonly counters: ServiceCounters
  readonly surroundings: Surroundings
}

/** Entries that are read at once. */
const MOST_AT_ONCE = 500

/**
 * Lines from streams of Redis, shared among any number of services. A partition belongs to one service at a time by a
 * lease; a source always lies in the same partition. A service that stops to answer loses its partitions to the others,
 * which go on with the states of its sources.
 */
export class RedisFleet implements LineSource {
  readonly name: string
  readonly #options: Required<RedisFleetOptions>
  readonly #keys: RedisKeys
  readonly #parts: FleetParts
  readonly #redis: RedisConnection
  readonly #findings: RedisFindings
  readonly #readers = new Map<number, PartitionReader>()
  #timer: NodeJS.Timeout | null = null
  #balancing: Promise<void> | null = null
  #members = 1
  #isClosed = false

  private constructor(
    options: Required<RedisFleetOptions>,
    parts: FleetParts,
    redis: RedisConnection,
    findings: RedisFindings,
  ) {
    this.name = `redis ${hostOfRedis(options.url)}`
    this.#options = options
    this.#keys = keysUnder(options.prefix)
    this.#parts = parts
    this.#redis = redis
    this.#findings = findings
  }

  /**
   * Connects to a fleet; nothing is read before {@link RedisFleet.open}.
   * @param position where reading the findings of the fleet stood
   * @throws {ServiceError} `redis-failed` when nobody answers; `bad-options` when the fleet has other partitions
   */
  static async join(options: RedisFleetOptions, parts: FleetParts, position: string | null): Promise<RedisFleet> {
    const whole = {
      prefix: 'sp',
      partitions: 16,
      group: 'sp',
      leaseMs: 10_000,
      commitMs: 5000,
      mostUncovered: 50_000,
      trims: true,
      ...options,
    }
    const { url, prefix, partitions, group } = whole
    if (!Number.isInteger(partitions) || partitions < 1 || partitions > 4096) {
      throw new ServiceError('bad-options', `${partitions} partitions; expected 1 to 4096`)
    }
    const { surroundings } = parts
    const keys = keysUnder(prefix)
    const redis = await RedisConnection.open(url, surroundings)
    const reading = await RedisConnection.open(url, surroundings)
    try {
      await redis.command('SET', keys.partitions, String(partitions), 'NX')
      const there = Number(textOf(await redis.command('GET', keys.partitions)))
      if (there !== partitions) {
        const message = `the fleet under "${prefix}" has ${there} partitions, not ${partitions}; give --redis-partitions ${there}`
        throw new ServiceError('bad-options', message)
      }
      for (let p = 0; p < partitions; p++) await redis.script(MAKE_GROUP, [keys.lines(p)], [group])
    } catch (error) {
      redis.close()
      reading.close()
      throw error
    }
    return new RedisFleet(whole, parts, redis, new RedisFindings(redis, reading, keys, { surroundings, position }))
  }

  /** Id of the last finding of the fleet that was taken in. */
  get position(): string {
    return this.#findings.position
  }

  /** Whether Redis answers. */
  get isReady(): boolean {
    return this.#redis.isReady
  }

  /** Begins to read. */
  async open(): Promise<void> {
    const { output } = this.#parts
    output.joinFleet(this.#findings)
    this.#findings.follow((finding) => output.take(finding))
    await this.#balance()
    this.#timer = setInterval(() => {
      this.#balancing ??= this.#balance().finally(() => (this.#balancing = null))
    }, this.#options.leaseMs / 3)
  }

  /** Stops to read, saves, and lets its partitions go. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#balancing
    await Promise.all([...this.#readers.values()].map((reader) => reader.stop()))
    await this.#redis.command('ZREM', this.#keys.members, this.#options.member).catch(() => {})
    await this.#findings.close()
    this.#redis.close()
  }

  /** How many partitions it reads, and how many services there are. */
  status(): string {
    const uncovered = [...this.#readers.values()].reduce((sum, reader) => sum + reader.uncovered, 0)
    const connection = this.isReady ? '' : ', disconnected'
    return `${this.#readers.size} of ${this.#options.partitions} partitions, ${this.#members} services, ${uncovered} entries to acknowledge${connection}`
  }

  /** All states belong to another bundle now. */
  touchAll(): void {
    for (const reader of this.#readers.values()) reader.touchAll()
  }

  /** A source was ended by this service. */
  ended(source: string): void {
    this.#readers.get(partitionOf(source, this.#options.partitions))?.ended(source)
  }

  /** Keeps what it has, takes what is free up to its share, and lets go what is more. */
  async #balance(): Promise<void> {
    const { member, leaseMs, partitions } = this.#options
    try {
      this.#members = Number(await this.#redis.script(HEARTBEAT, [this.#keys.members], [member, leaseMs]))
      await Promise.all([...this.#readers.values()].map((reader) => reader.renew()))
      for (const reader of this.#readers.values()) {
        if (!reader.isLost) continue
        await reader.stop()
        this.#readers.delete(reader.partition)
      }
      const share = Math.ceil(partitions / this.#members)
      await this.#release(share)
      if (this.#readers.size < share) await this.#acquire(share)
    } catch (error) {
      if (this.#isClosed) return
      const message = `balancing: ${messageOf(error)}`
      this.#parts.surroundings.tell({ level: 'warn', code: 'redis-retry', message })
    }
  }

  async #release(share: number): Promise<void> {
    const surplus = [...this.#readers.values()].slice(share)
    await Promise.all(surplus.map((reader) => reader.stop()))
    for (const { partition } of surplus) this.#readers.delete(partition)
  }

  async #acquire(share: number): Promise<void> {
    const { member, leaseMs, partitions } = this.#options
    for (let p = 0; p < partitions && this.#readers.size < share && !this.#isClosed; p++) {
      if (this.#readers.has(p)) continue
      const taken = await this.#redis.script(ACQUIRE, [this.#keys.lease(p)], [member, leaseMs])
      if (taken === 1) this.#readers.set(p, this.#reader(p))
    }
  }

  #reader(partition: number): PartitionReader {
    const { judge, output, counters, surroundings } = this.#parts
    const parts = {
      redis: this.#redis,
      keys: this.#keys,
      judge,
      surroundings,
      settled: () => output.settled(),
      isSettled: () => output.isSettled,
      onState: (refused: boolean) => {
        if (refused) counters.refusedStates++
      },
    }
    return new PartitionReader(partition, parts, { ...this.#options, mostAtOnce: MOST_AT_ONCE })
  }
}
