import { hostname } from 'node:os'
import { type Job, Queue, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { BatchJob, JobResult } from '../batch-job.js'
import { JobError } from '../errors.js'
import { JobLog } from '../job-log.js'
import type { JobEvent } from '../job-queue.js'
import { Gate } from '../gate.js'
import { type JobPlace, jobRunner, type RunJob } from '../run-job.js'
import { openRedis, type RedisClient } from './redis-client.js'
import { ShardQueue } from './shard-queue.js'
import { MOST_GPU_JOBS, type SharedJob, sharedJobSchema } from './shared-job.js'

/** What a worker takes. */
export interface JobWorkerOptions {
  readonly url: string
  /** Keys in Redis begin with this. */
  readonly prefix: string
  readonly devices: readonly BatchJob['device'][]
  /** Jobs at a time that are not of the GPU. */
  readonly parallel: number
  /** Memory of all jobs at a time. */
  readonly budgetBytes: number
  /** Processor cores for all jobs at a time. */
  readonly cores: number
  /** Folder of the plan on this machine; default where the one that handed it in has it. */
  readonly root?: string
  /** Milliseconds without a sign of life after which another worker takes a job over. */
  readonly leaseMs: number
  readonly onEvent: (job: BatchJob, event: JobEvent) => void
  /** Does jobs; default {@link jobRunner}. */
  readonly runnerOf?: (place: JobPlace) => RunJob
}

/** How often a job may be taken over before it counts as failed: it may be what ends the workers. */
const MOST_TAKEN_OVER = 3

/** Does jobs out of Redis, each in a process of its own. */
export class JobWorker {
  readonly #name = `${hostname()}:${process.pid}`
  readonly #memory: Gate
  readonly #stop = new AbortController()
  readonly #shards: ShardQueue
  readonly #workers: readonly Worker<SharedJob, JobResult>[]

  private constructor(
    private readonly options: JobWorkerOptions,
    private readonly client: RedisClient,
  ) {
    this.#memory = new Gate(options.budgetBytes)
    this.#shards = new ShardQueue({ ...options, runnerOf: undefined, client, signal: this.#stop.signal })
    this.#workers = options.devices.map((device) => this.#workerOf(device))
  }

  /** Connects, and begins to take jobs. @throws {UsageError} when nobody answers */
  static async start(options: JobWorkerOptions): Promise<JobWorker> {
    const client = await openRedis(options.url)
    if (options.devices.includes('gpu')) await limitGpu(client, options.prefix)
    return new JobWorker(options, client)
  }

  /** Takes no more jobs, and gives back at once those that are not finished. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('the worker ends'))
    await Promise.allSettled([...this.#workers, this.#shards].map((part) => part.close()))
    this.client.destroy()
  }

  #workerOf(device: BatchJob['device']): Worker<SharedJob, JobResult> {
    const { prefix, parallel, leaseMs } = this.options
    const worker = new Worker<SharedJob, JobResult>(device, (...taken) => this.#do(...taken), {
      connection: this.client,
      prefix,
      concurrency: device === 'gpu' ? MOST_GPU_JOBS : parallel,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: MOST_TAKEN_OVER,
    })
    // A connection that breaks is made again; jobs go on meanwhile.
    worker.on('error', () => undefined)
    // Another worker has them by now.
    worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id)))
    return worker
  }

  async #do(handle: Job<SharedJob, JobResult>, token?: string, lost?: AbortSignal): Promise<JobResult> {
    const { job, root } = sharedOf(handle)
    const folder = this.options.root ?? root
    const runJob = (this.options.runnerOf ?? jobRunner)({
      root: folder,
      cores: this.options.cores / this.options.parallel,
    })
    const tell = this.#teller(handle, { job, root: folder })
    const leave = await this.#memory.enter(job.memoryBytes)
    try {
      // A worker that ends may still be given a job that it was waiting for.
      if (this.#stop.signal.aborted) throw new JobError('interrupted', 'interrupted')
      tell({ kind: 'started', attempt: handle.attemptsStarted, worker: this.#name })
      const result = await runJob(job, {
        onProgress: (progress) => tell({ kind: 'progress', progress }),
        onShard: (task) => this.#shards.mine(task, folder),
        signal: AbortSignal.any([this.#stop.signal, ...(lost ? [lost] : [])]),
      })
      tell({ kind: 'finished', result })
      return result
    } catch (error) {
      throw await this.#whatNow(error, { handle, token, tell })
    } finally {
      leave()
    }
  }

  /** What to tell BullMQ of a job that did not come to its end. */
  async #whatNow(
    error: unknown,
    { handle, token, tell }: { handle: Job; token?: string; tell: (event: JobEvent) => void },
  ): Promise<unknown> {
    if (!(error instanceof JobError)) return error
    if (error.code === 'interrupted') {
      if (!this.#stop.signal.aborted) return error
      await handle.moveToWait(token)
      return new WaitingError()
    }
    const isLast = error.code === 'refused' || handle.attemptsMade + 1 >= (handle.opts.attempts ?? 1)
    const { message } = error
    tell(isLast ? { kind: 'failed', message } : { kind: 'retried', attempt: handle.attemptsStarted, message })
    return error.code === 'refused' ? new UnrecoverableError(message) : error
  }

  /** Tells everybody: the job's log, this process, and who waits for the job. */
  #teller(handle: Job, { job, root }: SharedJob): (event: JobEvent) => void {
    const log = JobLog.of(job, root)
    return (event) => {
      log.write(event)
      this.options.onEvent(job, event)
      const isEnd = event.kind === 'finished' || event.kind === 'failed'
      // News that get lost are no loss: the end of a job is not told this way.
      if (!isEnd) void handle.updateProgress(event).catch(() => undefined)
    }
  }
}

/** Checked: whoever can write to Redis can put anything there. */
function sharedOf({ data }: Job<SharedJob>): SharedJob {
  const shared = sharedJobSchema.safeParse(data)
  if (shared.success) return shared.data
  const [{ path, message }] = shared.error.issues
  throw new UnrecoverableError(`it was handed in by another version: ${path.join('.')}: ${message}`)
}

async function limitGpu(client: RedisClient, prefix: string): Promise<void> {
  const queue = new Queue('gpu', { connection: client, prefix })
  await queue.setGlobalConcurrency(MOST_GPU_JOBS)
  await queue.close()
}
