import { z } from 'zod'
import type { BatchJob, JobResult } from './batch-job.js'

/** As `Progress` of `@sp/pipeline`. */
const progressSchema = z.object({
  step: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  unit: z.enum(['bytes', 'rows', 'windows', 'epochs']),
  records: z.number(),
})

const started = z.object({ kind: z.literal('started'), attempt: z.number(), worker: z.string() })
const progressed = z.object({ kind: z.literal('progress'), progress: progressSchema })
const retried = z.object({ kind: z.literal('retried'), attempt: z.number(), message: z.string() })

/** What happens to a job before its end, checked: it may come over a network. */
export const runningEventSchema = z.discriminatedUnion('kind', [started, progressed, retried])

/**
 * What happens to a job, as it happens.
 * - `started` on a machine; `attempt` counts from 1
 * - `retried`: it crashed and will be begun again
 * - `finished`, `failed`: its end
 */
export type JobEvent =
  | z.output<typeof runningEventSchema>
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
