import type { Finding } from '@sp/log-table'
import { messageOf } from '../errors.js'
import type { FindingExchange } from '../flow/finding-output.js'
import type { LoggedEvent } from '../flow/finding-log.js'
import type { FindingSink } from '../sinks/sink.js'
import type { Surroundings } from '../surroundings.js'
import { hostOfRedis, listOf, RedisConnection, type RedisReply, textOf } from './redis-connection.js'
import { keysUnder, type RedisKeys } from './redis-keys.js'
import { PUBLISH } from './redis-scripts.js'

/** Findings that a stream keeps. */
export const MOST_FINDINGS = 10_000
/** How long the id of a finding is remembered, after the last of its source. */
const SEEN_MS = 7 * 24 * 3_600_000
const RETRY_MS = 200
/** Time that a read waits for a finding. */
const WAIT_MS = 1000

/** Publishes findings to a stream, each id of a source once. */
export async function publishFinding(redis: RedisConnection, keys: RedisKeys, finding: Finding): Promise<void> {
  const { id, source } = finding
  const words = [id, SEEN_MS, MOST_FINDINGS, source, JSON.stringify(finding)]
  await redis.script(PUBLISH, [keys.seen(source), keys.findings], words)
}

/** The findings of a fleet: published once whoever finds them, and read by all in the same order. */
export class RedisFindings implements FindingExchange {
  readonly #redis: RedisConnection
  readonly #reading: RedisConnection
  readonly #keys: RedisKeys
  readonly #surroundings: Surroundings
  #position: string
  #isClosed = false
  #running: Promise<void> | null = null

  /**
   * An exchange that does not read yet.
   * @param reading a connection of its own, since a read waits
   * @param position id of the last finding that was taken in; `null` for those that the stream still holds
   */
  constructor(
    redis: RedisConnection,
    reading: RedisConnection,
    keys: RedisKeys,
    { surroundings, position }: { readonly surroundings: Surroundings; readonly position: string | null },
  ) {
    this.#redis = redis
    this.#reading = reading
    this.#keys = keys
    this.#surroundings = surroundings
    this.#position = position ?? '0-0'
  }

  /** Id of the last finding that was taken in. */
  get position(): string {
    return this.#position
  }

  /** Publishes findings; tries until it works or the exchange is closed. */
  async publish(findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) {
      for (;;) {
        try {
          await publishFinding(this.#redis, this.#keys, finding)
          break
        } catch (error) {
          if (this.#isClosed) throw error
          await pause(RETRY_MS)
        }
      }
    }
  }

  /** Takes in the findings of the fleet, those that are there and those that come. */
  follow(take: (finding: Finding) => void): void {
    this.#running = this.#follow(take)
  }

  /** Stops to read. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#reading.close()
    await this.#running
  }

  async #follow(take: (finding: Finding) => void): Promise<void> {
    while (!this.#isClosed) {
      try {
        const words = [
          'XREAD',
          'COUNT',
          '100',
          'BLOCK',
          String(WAIT_MS),
          'STREAMS',
          this.#keys.findings,
          this.#position,
        ]
        for (const { id, finding } of findingsIn(await this.#reading.command(...words))) {
          take(finding)
          this.#position = id
        }
      } catch (error) {
        if (this.#isClosed) return
        this.#surroundings.tell({ level: 'warn', code: 'redis-retry', message: `findings: ${messageOf(error)}` })
        await pause(RETRY_MS)
      }
    }
  }
}

/** Findings to a stream of Redis, each once. */
export class RedisSink implements FindingSink {
  readonly name: string
  readonly #redis: RedisConnection
  readonly #keys: RedisKeys

  private constructor(url: string, redis: RedisConnection, keys: RedisKeys) {
    this.name = `redis ${hostOfRedis(url)} ${keys.findings}`
    this.#redis = redis
    this.#keys = keys
  }

  /** Connects. @throws {ServiceError} `redis-failed` */
  static async open(url: string, prefix: string, surroundings: Surroundings): Promise<RedisSink> {
    return new RedisSink(url, await RedisConnection.open(url, surroundings), keysUnder(prefix))
  }

  /** Publishes findings. */
  async send(events: readonly LoggedEvent[]): Promise<void> {
    for (const { finding } of events) await publishFinding(this.#redis, this.#keys, finding)
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.#redis.close()
  }
}

/** What XREAD gives: a list of streams in RESP2, a map of them in RESP3. */
function findingsIn(reply: RedisReply): { id: string; finding: Finding }[] {
  const streams = Array.isArray(reply) ? reply.map((stream) => listOf(stream)[1]) : Object.values(reply ?? {})
  return (streams as RedisReply[]).flatMap(listOf).flatMap((entry) => {
    const [id, pairs] = listOf(entry)
    const list = listOf(pairs ?? null)
    const at = list.findIndex((word, i) => i % 2 === 0 && textOf(word) === 'finding')
    return at < 0 ? [] : [{ id: textOf(id), finding: JSON.parse(textOf(list[at + 1])) as Finding }]
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
