import type { Progress } from '@sp/pipeline'
import type { BatchJob, JobResult } from './batch-job.js'

/** What happens to a job, as it happens. */
export type JobEvent =
  | { readonly kind: 'started'; readonly attempt: number; readonly worker: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'retried'; readonly attempt: number; readonly message: string }
  | { readonly kind: 'finished'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly message: string }

/** How jobs are watched and stopped. */
export interface QueueRun {
  readonly onEvent: (job: BatchJob, event: JobEvent) => void
  readonly signal: AbortSignal
}

/**
 * Where jobs wait and who does them. Each job is told `finished` or `failed` exactly once; a job that is begun again goes
 * on behind its last finished step.
 */
export interface JobQueue {
  /** Does all jobs; resolves when none is left. @throws the signal's reason when it is aborted */
  run(jobs: readonly BatchJob[], options: QueueRun): Promise<void>
  close(): Promise<void>
}
