import { hostname } from 'node:os'
import type { BatchJob } from './batch-job.js'
import { JobError } from './errors.js'
import type { JobQueue, QueueRun } from './job-queue.js'
import type { ShardTask } from './shard-task.js'
import { Gate } from './gate.js'
import type { RunJob, RunShard } from './run-job.js'

/** What jobs share. */
export interface LocalQueueOptions {
  /** Memory of all jobs at a time. */
  readonly budgetBytes: number
  /** Jobs at a time. */
  readonly parallel: number
  readonly runJob: RunJob
  readonly runShard: RunShard
}

/** The queue of one process: starts a waiting job as soon as its memory, and its device, are free. */
export class LocalQueue implements JobQueue {
  /** A job whose shards are mined waits for them: they come beside the jobs, as many at a time. */
  readonly #shards: Gate

  constructor(private readonly options: LocalQueueOptions) {
    this.#shards = new Gate(options.parallel)
  }

  /** Does all jobs, the most urgent first; a smaller one may go before a big one that does not fit yet. */
  async run(jobs: readonly BatchJob[], run: QueueRun): Promise<void> {
    const waiting = [...jobs].sort((a, b) => b.priority - a.priority)
    const running = new Map<BatchJob, Promise<void>>()
    while (waiting.length > 0 || running.size > 0) {
      run.signal.throwIfAborted()
      for (const job of [...waiting]) {
        if (!this.#fits(job, [...running.keys()])) continue
        waiting.splice(waiting.indexOf(job), 1)
        running.set(
          job,
          this.#finish(job, run).finally(() => running.delete(job)),
        )
      }
      await Promise.race(running.values())
    }
    run.signal.throwIfAborted()
  }

  /** Nothing is left open. */
  async close(): Promise<void> {}

  #fits(job: BatchJob, running: readonly BatchJob[]): boolean {
    if (running.length === 0) return true
    const taken = running.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
    const isDeviceFree = job.device === 'cpu' || running.every(({ device }) => device === 'cpu')
    return running.length < this.options.parallel && taken + job.memoryBytes <= this.options.budgetBytes && isDeviceFree
  }

  async #mine(task: ShardTask, signal: AbortSignal): Promise<void> {
    const leave = await this.#shards.enter(1)
    try {
      await this.options.runShard(task, signal)
    } finally {
      leave()
    }
  }

  async #finish(job: BatchJob, { onEvent, signal }: QueueRun): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      onEvent(job, { kind: 'started', attempt, worker: hostname() })
      try {
        const result = await this.options.runJob(job, {
          onProgress: (progress) => onEvent(job, { kind: 'progress', progress }),
          onShard: (task) => this.#mine(task, signal),
          signal,
        })
        return onEvent(job, { kind: 'finished', result })
      } catch (error) {
        if (!(error instanceof JobError) || error.code === 'interrupted') throw error
        const isLast = error.code === 'refused' || attempt >= job.attempts
        onEvent(job, isLast ? { kind: 'failed', message: error.message } : retried(attempt, error.message))
        if (isLast) return
      }
    }
  }
}

function retried(attempt: number, message: string) {
  return { kind: 'retried', attempt, message } as const
}
