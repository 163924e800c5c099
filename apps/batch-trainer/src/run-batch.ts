import { BatchAccount, type BatchSummary } from './batch-summary.js'
import type { BatchJob } from './batch-job.js'
import type { JobEvent, JobQueue } from './job-queue.js'
import type { BatchPlan } from './plan-jobs.js'

/** What a batch is done with. */
export interface BatchRun {
  readonly queue: JobQueue
  /** Told of everything that happens, after it was noted. */
  readonly onEvent: (job: BatchJob, event: JobEvent) => void
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** Does the jobs of a plan by a queue; the summary on disk is at most one event behind. */
export async function runBatch(plan: BatchPlan, { queue, onEvent, signal, nowMs }: BatchRun): Promise<BatchSummary> {
  const account = new BatchAccount(plan, nowMs)
  let written: Promise<unknown> = account.write()
  function note(job: BatchJob, event: JobEvent): void {
    account.note(job, event)
    onEvent(job, event)
    if (event.kind !== 'progress') written = written.then(() => account.write())
    // Whoever waits for the last of them learns of a failure.
    written.catch(() => undefined)
  }
  try {
    await queue.run(plan.jobs, { onEvent: note, signal })
  } finally {
    await written
    account.close()
    await account.write()
  }
  return account.summary()
}
