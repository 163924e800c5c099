import { trainSettingsSchema } from '@sp/pipeline'
import type { BatchJob, JobResult } from '../src/batch-job.js'

/** What a job that went well says. */
export const RESULT: JobResult = {
  hash: 'f'.repeat(64),
  reused: false,
  sources: 1,
  records: 1,
  detectors: {},
  steps: [],
  memoryBytes: 1,
}

/** A job for queues whose jobs do nothing. */
export function jobOf(name: string, about: Partial<BatchJob> = {}): BatchJob {
  return {
    name,
    sources: ['a.log'],
    maxDepth: 3,
    maxFiles: 1000,
    bundle: name,
    store: null,
    log: `${name}.jsonl`,
    device: 'cpu',
    memoryBytes: 100,
    priority: 0,
    attempts: 2,
    threads: 1,
    shards: null,
    settings: trainSettingsSchema.parse({}),
    reading: {},
    masking: {},
    ...about,
  }
}
