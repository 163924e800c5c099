import type { Surroundings } from '../surroundings.js'
import { RedisConnection, textOf } from './redis-connection.js'
import { keysUnder, partitionOf, type RedisKeys } from './redis-keys.js'
import { ServiceError } from '../errors.js'

/** Adds lines to the streams of a fleet: the other end of `--redis`. */
export class RedisLineWriter {
  readonly #redis: RedisConnection
  readonly #keys: RedisKeys
  readonly #partitions: number

  private constructor(redis: RedisConnection, keys: RedisKeys, partitions: number) {
    this.#redis = redis
    this.#keys = keys
    this.#partitions = partitions
  }

  /**
   * Connects to a fleet that some service has made.
   * @throws {ServiceError} `redis-failed` when nobody answers, or there is no fleet under the prefix
   */
  static async open(url: string, prefix: string, surroundings: Surroundings): Promise<RedisLineWriter> {
    const redis = await RedisConnection.open(url, surroundings)
    const keys = keysUnder(prefix)
    const there = await redis.command('GET', keys.partitions)
    if (there !== null) return new RedisLineWriter(redis, keys, Number(textOf(there)))
    redis.close()
    throw new ServiceError('redis-failed', `there is no fleet under "${prefix}"; start "sp serve --redis" first`)
  }

  /** Adds lines of a source. @param lines one or more, with line ends between them */
  async write(source: string, lines: string | Buffer): Promise<void> {
    const stream = this.#keys.lines(partitionOf(source, this.#partitions))
    await this.#redis.command('XADD', stream, '*', 'source', source, 'lines', lines)
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.#redis.close()
  }
}
