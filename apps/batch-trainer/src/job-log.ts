import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { BatchJob } from './batch-job.js'
import type { JobEvent } from './job-queue.js'

/** Milliseconds between two lines about the same step. */
const LINE_EVERY_MS = 5000

/**
 * The log of a job: a JSON object a line, `time` (ISO 8601), `event`, and what belongs to it. A job that is begun again
 * goes on in the same file.
 */
export class JobLog {
  #step = ''
  #progressAt = 0

  constructor(
    private readonly path: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** The log of a job of a plan. @param root folder of the plan */
  static of(job: BatchJob, root: string): JobLog {
    const path = resolve(root, job.log)
    mkdirSync(dirname(path), { recursive: true })
    return new JobLog(path)
  }

  /** Writes what happened; of progress, every step and each not too often. */
  write({ kind, ...about }: JobEvent): void {
    const time = this.now()
    if ('progress' in about) {
      const { step } = about.progress
      if (step === this.#step && time.getTime() - this.#progressAt < LINE_EVERY_MS) return
      this.#step = step
      this.#progressAt = time.getTime()
    }
    const facts = 'progress' in about ? about.progress : 'result' in about ? about.result : about
    appendFileSync(this.path, JSON.stringify({ time: time.toISOString(), event: kind, ...facts }) + '\n')
  }
}
