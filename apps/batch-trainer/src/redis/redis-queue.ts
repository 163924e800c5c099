import { type Job, Queue, QueueEvents } from 'bullmq'
import { type BatchJob, jobResultSchema } from '../batch-job.js'
import { type JobQueue, type QueueRun, runningEventSchema } from '../job-queue.js'
import { openRedis, type RedisClient } from './redis-client.js'
import { MOST_GPU_JOBS, priorityOf, type SharedJob, sharedId } from './shared-job.js'

/** Where the jobs of a plan are handed in. */
export interface RedisQueueOptions {
  readonly url: string
  /** Keys in Redis begin with this. */
  readonly prefix: string
  /** Folder of the plan. */
  readonly root: string
}

/** Milliseconds from a crash to the next attempt; twice as many each time. */
const BACKOFF_MS = 1000
/** How often is looked whether news were lost, as they may be while a connection is down. */
const LOOK_EVERY_MS = 3000

/** A job that was handed in and has not come to its end. */
interface Pending {
  readonly job: BatchJob
  readonly id: string
  readonly isOver: (outcome: Outcome) => void
}

type Outcome = { readonly returnvalue: unknown } | { readonly failedReason: string }

/**
 * A queue in Redis (BullMQ): the jobs are done by workers on any number of machines. Jobs go on when whoever handed them in
 * is gone; who hands them in again is told how they end.
 */
export class RedisQueue implements JobQueue {
  private constructor(
    private readonly options: RedisQueueOptions,
    private readonly client: RedisClient,
  ) {}

  /** Connects. @throws {UsageError} when nobody answers */
  static async open(options: RedisQueueOptions): Promise<RedisQueue> {
    return new RedisQueue(options, await openRedis(options.url))
  }

  /** Hands in all jobs and waits until workers have done them. */
  async run(jobs: readonly BatchJob[], run: QueueRun): Promise<void> {
    const kinds = [...new Set(jobs.map(({ device }) => device))]
    await Promise.all(
      kinds.map((kind) =>
        this.#runKind(
          kind,
          jobs.filter(({ device }) => device === kind),
          run,
        ),
      ),
    )
  }

  /** Ends the connection; jobs that were handed in stay. */
  async close(): Promise<void> {
    this.client.destroy()
  }

  async #runKind(kind: BatchJob['device'], jobs: readonly BatchJob[], run: QueueRun): Promise<void> {
    const options = { connection: this.client, prefix: this.options.prefix }
    const queue = new Queue<SharedJob>(kind, options)
    const events = new QueueEvents(kind, options)
    // What breaks is mended by connecting again; `#follow` looks for what was missed.
    queue.on('error', () => undefined)
    events.on('error', () => undefined)
    try {
      await events.waitUntilReady()
      if (kind === 'gpu') await queue.setGlobalConcurrency(MOST_GPU_JOBS)
      await this.#follow(queue, events, { jobs, run })
    } finally {
      await Promise.allSettled([events.close(), queue.close()])
    }
  }

  /** Waits for the end of all jobs. */
  async #follow(
    queue: Queue<SharedJob>,
    events: QueueEvents,
    { jobs, run }: { jobs: readonly BatchJob[]; run: QueueRun },
  ): Promise<void> {
    const pending = new Map<string, Pending>()
    events.on('progress', ({ jobId, data }) => {
      const event = runningEventSchema.safeParse(data)
      const known = pending.get(jobId)
      if (known && event.success) run.onEvent(known.job, event.data)
    })
    events.on('completed', ({ jobId, returnvalue }) => pending.get(jobId)?.isOver({ returnvalue }))
    events.on('failed', ({ jobId, failedReason }) => pending.get(jobId)?.isOver({ failedReason }))
    const ends = jobs.map((job) => {
      const id = sharedId({ job, root: this.options.root })
      return new Promise<void>((resolve) => {
        pending.set(id, { job, id, isOver: (outcome) => end(id, outcome, resolve) })
      })
    })
    function end(id: string, outcome: Outcome, resolve: () => void): void {
      const known = pending.get(id)
      if (!pending.delete(id) || known === undefined) return
      run.onEvent(known.job, eventOf(outcome))
      resolve()
    }
    for (const { job } of pending.values()) await this.#handIn(queue, job)
    const look = setInterval(() => void lookAgain(queue, pending).catch(() => undefined), LOOK_EVERY_MS)
    try {
      await Promise.race([Promise.all(ends), aborted(run.signal)])
    } finally {
      clearInterval(look)
    }
  }

  /** A job that waits or runs is left as it is; one that has come to an end is done again: its logs may have changed. */
  async #handIn(queue: Queue<SharedJob>, job: BatchJob): Promise<void> {
    const shared = { job, root: this.options.root }
    const jobId = sharedId(shared)
    const known = await queue.getJob(jobId)
    if (known && ((await known.isCompleted()) || (await known.isFailed()))) await known.remove()
    await queue.add(job.name, shared, {
      jobId,
      priority: priorityOf(job),
      attempts: job.attempts,
      backoff: { type: 'exponential', delay: BACKOFF_MS },
    })
  }
}

async function lookAgain(queue: Queue<SharedJob>, pending: ReadonlyMap<string, Pending>): Promise<void> {
  for (const { id, isOver } of [...pending.values()]) {
    const job: Job<SharedJob> | undefined = await queue.getJob(id)
    if (job === undefined) isOver({ failedReason: 'it was removed from Redis' })
    else if (await job.isCompleted()) isOver({ returnvalue: job.returnvalue as unknown })
    else if (await job.isFailed()) isOver({ failedReason: job.failedReason })
  }
}

function eventOf(outcome: Outcome) {
  if ('failedReason' in outcome) return { kind: 'failed', message: outcome.failedReason } as const
  const { returnvalue } = outcome
  const result = jobResultSchema.safeParse(typeof returnvalue === 'string' ? parsed(returnvalue) : returnvalue)
  if (result.success) return { kind: 'finished', result: result.data } as const
  return { kind: 'failed', message: 'its worker, of another version, answered what this one does not know' } as const
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}
