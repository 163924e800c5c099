import { messageOf, ServiceError } from '../errors.js'
import type { Surroundings } from '../surroundings.js'

/** What a script or command may be given, and gives: texts, numbers, lists of these, nothing. */
export type RedisReply = string | Buffer | number | null | readonly RedisReply[]

/** Longest pause between attempts to connect again. */
const MOST_RECONNECT_MS = 2000

/** A connection to Redis; it connects again by itself. */
export class RedisConnection {
  readonly #client: Client
  #isReady = true

  private constructor(client: Client) {
    this.#client = client
  }

  /**
   * Connects.
   * @param url `redis://[user:password@]host[:port][/database]`, or `rediss:` with TLS
   * @throws {ServiceError} `redis-failed` when nobody answers there
   */
  static async open(url: string, surroundings: Surroundings): Promise<RedisConnection> {
    // Loaded only where it is used: a service without Redis needs neither its time nor its memory.
    const { createClient, RESP_TYPES } = await import('redis')
    let isOpening = true
    const client = createClient({
      url,
      socket: {
        connectTimeout: 5000,
        reconnectStrategy: (tries) => (isOpening && tries > 2 ? new Error('nobody answers') : waitOf(tries)),
      },
      // Commands are given up when the connection breaks: whoever sent them knows whether they may be sent twice.
      disableOfflineQueue: true,
    })
    const typed = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    const connection = new RedisConnection(typed as unknown as Client)
    client.on('error', (error: unknown) => {
      if (connection.#isReady && !isOpening) {
        surroundings.tell({ level: 'warn', code: 'redis-lost', message: `Redis: ${messageOf(error)}` })
      }
      connection.#isReady = false
    })
    client.on('ready', () => (connection.#isReady = true))
    try {
      await client.connect()
    } catch (cause) {
      client.destroy()
      throw new ServiceError('redis-failed', `cannot connect to Redis at ${hostOfRedis(url)}: ${messageOf(cause)}`, {
        cause,
      })
    }
    isOpening = false
    return connection
  }

  /** Whether it is connected. */
  get isReady(): boolean {
    return this.#isReady && this.#client.isReady
  }

  /** Runs a command. Texts come back as bytes. */
  command(...words: readonly (string | Buffer)[]): Promise<RedisReply> {
    return this.#client.sendCommand(words)
  }

  /** Runs a script. */
  script(script: string, keys: readonly string[], words: readonly (string | Buffer | number)[]): Promise<RedisReply> {
    const plain = words.map((word) => (typeof word === 'number' ? String(word) : word))
    return this.#client.sendCommand(['EVAL', script, String(keys.length), ...keys, ...plain])
  }

  /** Closes the connection at once. */
  close(): void {
    if (this.#client.isOpen) this.#client.destroy()
  }
}

interface Client {
  readonly isReady: boolean
  readonly isOpen: boolean
  sendCommand(words: readonly (string | Buffer)[]): Promise<RedisReply>
  destroy(): void
}

/** Address of a Redis without its password. */
export function hostOfRedis(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is none'
}

/** A reply as text. */
export function textOf(reply: RedisReply): string {
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : String(reply)
}

/** A reply as a list; nothing is an empty one. */
export function listOf(reply: RedisReply): readonly RedisReply[] {
  return Array.isArray(reply) ? reply : []
}

function waitOf(tries: number): number {
  return Math.min(50 * 2 ** Math.min(tries, 10), MOST_RECONNECT_MS)
}
