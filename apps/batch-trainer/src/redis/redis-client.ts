import type { RedisConnectionClient } from 'bullmq'
import { createClient } from 'redis'
import { UsageError } from '../errors.js'

/** A client of Redis, as BullMQ takes it. */
export interface RedisClient extends RedisConnectionClient {
  destroy(): void
}

/** Longest pause between attempts to connect again. */
const MOST_WAIT_MS = 2000

/**
 * Connects to Redis; the connection is made again whenever it breaks, and what was asked meanwhile waits.
 * @param url `redis://[user:password@]host[:port][/database]`, or `rediss:` with TLS
 * @throws {UsageError} when nobody answers there
 */
export async function openRedis(url: string): Promise<RedisClient> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError('--queue is no address of a Redis; write it like redis://127.0.0.1:6379')
  }
  let isOpening = true
  const client = createClient({
    url,
    socket: {
      connectTimeout: 5000,
      reconnectStrategy: (tries) =>
        isOpening && tries > 2 ? new Error('nobody answers') : Math.min(50 * 2 ** Math.min(tries, 10), MOST_WAIT_MS),
    },
  })
  // Without a listener an error would end the process; what it means for a job, the job is told.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const why = cause instanceof Error && cause.message ? cause.message : 'nobody answers'
    throw new UsageError(`cannot connect to Redis at ${hostOf(url)} (${why}); is it running?`, { cause })
  }
  isOpening = false
  return client
}

/** Address of a Redis without its password. */
export function hostOf(url: string): string {
  return new URL(url).host
}
