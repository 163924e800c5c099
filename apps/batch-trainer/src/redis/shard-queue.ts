import { createHash } from 'node:crypto'
import { type Job, Queue, QueueEvents, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import { z } from 'zod'
import { JobError } from '../errors.js'
import { type JobPlace, type RunShard, shardRunner } from '../run-job.js'
import { type ShardTask, shardTaskSchema } from '../shard-task.js'
import type { RedisClient } from './redis-client.js'

/** What stands in Redis for a shard. */
const sharedShardSchema = z.strictObject({
  task: shardTaskSchema,
  /** Folder of the plan as the worker that has the job sees it. */
  root: z.string().min(1),
})

type SharedShard = z.output<typeof sharedShardSchema>

/** What a worker does shards with. */
export interface ShardQueueOptions {
  readonly client: RedisClient
  readonly prefix: string
  /** Shards at a time. They come beside jobs: a job whose shards are mined waits. */
  readonly parallel: number
  /** Processor cores for all of them. */
  readonly cores: number
  readonly leaseMs: number
  /** Folder of the plan on this machine, where it is another. */
  readonly root?: string
  readonly signal: AbortSignal
  /** Mines shards; default {@link shardRunner}. */
  readonly runnerOf?: (place: JobPlace) => RunShard
}

/** How often a shard is begun whose process crashes. */
const ATTEMPTS = 3
const BACKOFF_MS = 1000
/** How long a shard that was mined is remembered: what it showed lies in files. */
const KEPT_SECONDS = 3600

/** Shards in Redis: handed in by the worker that has their job, mined by any worker of the fleet. */
export class ShardQueue {
  readonly #queue: Queue<SharedShard>
  readonly #events: QueueEvents
  readonly #worker: Worker<SharedShard, null>

  constructor(private readonly options: ShardQueueOptions) {
    const { client: connection, prefix, parallel, leaseMs } = options
    this.#queue = new Queue('shard', { connection, prefix })
    this.#events = new QueueEvents('shard', { connection, prefix })
    this.#worker = new Worker<SharedShard, null>('shard', (handle, token) => this.#do(handle, token), {
      connection,
      prefix,
      concurrency: parallel,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: ATTEMPTS,
    })
    // Connections that break are made again.
    for (const part of [this.#queue, this.#events, this.#worker]) (part as Worker).on('error', () => undefined)
  }

  /** Has a shard mined; resolves when what it showed lies in its file. @throws with the reason where nobody could */
  async mine(task: ShardTask, root: string): Promise<void> {
    const shared = { task, root }
    const jobId = createHash('sha256').update(JSON.stringify(shared)).digest('hex').slice(0, 32)
    await this.#events.waitUntilReady()
    const known = await this.#queue.getJob(jobId)
    if (known && ((await known.isCompleted()) || (await known.isFailed()))) await known.remove()
    const job = await this.#queue.add(`shard ${task.shard.shard.index}`, shared, {
      jobId,
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: BACKOFF_MS },
      removeOnComplete: { age: KEPT_SECONDS },
    })
    await job.waitUntilFinished(this.#events)
  }

  /** Takes no more shards, and gives back those that are not finished. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#worker.close(), this.#events.close(), this.#queue.close()])
  }

  async #do(handle: Job<SharedShard, null>, token?: string): Promise<null> {
    const shared = sharedShardSchema.safeParse(handle.data)
    if (!shared.success) throw new UnrecoverableError('the shard was handed in by another version')
    const { task, root } = shared.data
    const { runnerOf = shardRunner, cores, parallel, signal } = this.options
    try {
      await runnerOf({ root: this.options.root ?? root, cores: cores / parallel })(task, signal)
      return null
    } catch (error) {
      if (error instanceof JobError && error.code === 'refused') throw new UnrecoverableError(error.message)
      if (!signal.aborted) throw error
      await handle.moveToWait(token)
      throw new WaitingError()
    }
  }
}
