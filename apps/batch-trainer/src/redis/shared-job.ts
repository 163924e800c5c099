import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type BatchJob, batchJobSchema } from '../batch-job.js'

/** What stands in Redis for a job. */
export const sharedJobSchema = z.strictObject({
  job: batchJobSchema,
  /** Folder of the plan as its machine sees it; a worker may see it elsewhere. */
  root: z.string().min(1),
})

/** What stands in Redis for a job. */
export type SharedJob = z.output<typeof sharedJobSchema>

/** Keys in Redis begin with this where nothing else is said. */
export const DEFAULT_PREFIX = 'batch-trainer'

/** Jobs on a GPU at a time, of all workers together. Jobs of each device are a queue of that name, with its own limit. */
export const MOST_GPU_JOBS = 1

/** The same job of the same plan has the same name in Redis: whoever hands it in twice waits for the first. */
export function sharedId(shared: SharedJob): string {
  return createHash('sha256').update(JSON.stringify(shared)).digest('hex').slice(0, 32)
}

/** BullMQ takes what has the lower number first, from 1 to 2,097,152. */
export function priorityOf({ priority }: BatchJob): number {
  return 1001 - priority
}
