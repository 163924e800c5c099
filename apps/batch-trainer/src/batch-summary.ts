import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from '@sp/log-table'
import type { BatchJob, JobResult } from './batch-job.js'
import type { JobEvent } from './job-queue.js'
import type { BatchPlan } from './plan-jobs.js'
import { summaryPage } from './summary-page.js'

/**
 * How far a job is. `unchanged`: an earlier run had finished it; `unfinished`: it was under way when the batch was
 * interrupted.
 */
export type JobState = 'waiting' | 'running' | 'unfinished' | 'trained' | 'unchanged' | 'failed'

/** One job in the summary. */
export interface JobSummary {
  readonly name: string
  readonly state: JobState
  /** Folder of the bundle and file of the log, relative to the plan. */
  readonly bundle: string
  readonly log: string
  readonly device: string
  /** Memory that the job might take. */
  readonly memoryBytes: number
  /** How often it was begun in this run. */
  readonly attempts: number
  /** The machine that did it last. */
  readonly worker: string | null
  /** From its first beginning in this run to its end. */
  readonly seconds: number | null
  readonly result: JobResult | null
  /** Why it failed. */
  readonly error: string | null
}

/** What `summary.json` holds. */
export interface BatchSummary {
  readonly format: 'sp-batch-summary'
  readonly version: 1
  /** Times in ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string | null
  readonly jobs: readonly JobSummary[]
}

/** Keeps account of the jobs of a plan, and writes it as `summary.json` and `summary.html`. */
export class BatchAccount {
  readonly #jobs = new Map<string, JobSummary>()
  readonly #startedMs = new Map<string, number>()
  readonly #startedAt: string
  #endedAt: string | null = null
  readonly #folder: string

  constructor(
    plan: Pick<BatchPlan, 'root' | 'out' | 'jobs'>,
    private readonly nowMs: () => number,
  ) {
    this.#folder = resolve(plan.root, plan.out)
    this.#startedAt = new Date(nowMs()).toISOString()
    for (const job of plan.jobs) this.#jobs.set(job.name, waiting(job))
  }

  /** Takes what happened to a job. */
  note({ name }: BatchJob, event: JobEvent): void {
    const job = this.#jobs.get(name)!
    if (event.kind === 'started') {
      if (!this.#startedMs.has(name)) this.#startedMs.set(name, this.nowMs())
      this.#jobs.set(name, { ...job, state: 'running', attempts: event.attempt, worker: event.worker })
    }
    if (event.kind !== 'finished' && event.kind !== 'failed') return
    const seconds = (this.nowMs() - (this.#startedMs.get(name) ?? this.nowMs())) / 1000
    const { result = null, message: error = null } = { result: null, message: null, ...event }
    const state = result === null ? 'failed' : result.reused ? 'unchanged' : 'trained'
    this.#jobs.set(name, { ...job, state, seconds, result, error })
  }

  /** Closes the account: the batch is over, done or not. */
  close(): void {
    this.#endedAt = new Date(this.nowMs()).toISOString()
    for (const [name, job] of this.#jobs) {
      if (job.state === 'running') this.#jobs.set(name, { ...job, state: 'unfinished' })
    }
  }

  /** The account as it stands. */
  summary(): BatchSummary {
    return {
      format: 'sp-batch-summary',
      version: 1,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      jobs: [...this.#jobs.values()],
    }
  }

  /** Writes both files, each whole or not at all. */
  async write(): Promise<void> {
    const summary = this.summary()
    await mkdir(this.#folder, { recursive: true })
    await writeFileAtomically(join(this.#folder, 'summary.json'), JSON.stringify(summary, null, 2) + '\n')
    await writeFileAtomically(join(this.#folder, 'summary.html'), summaryPage(summary))
  }
}

function waiting({ name, bundle, log, device, memoryBytes }: BatchJob): JobSummary {
  const nothingYet = { attempts: 0, worker: null, seconds: null, result: null, error: null }
  return { name, state: 'waiting', bundle, log, device, memoryBytes, ...nothingYet }
}
