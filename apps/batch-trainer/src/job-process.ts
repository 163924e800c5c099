import type { Progress } from '@sp/pipeline'
import type { BatchJob, JobResult } from './batch-job.js'
import { trainJob } from './train-job.js'

/** What the process of a job is told. */
export interface JobOrder {
  readonly job: BatchJob
  /** Folder of the plan. */
  readonly root: string
}

/** What the process of a job says to the one that started it. */
export type JobMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'finished'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly message: string }

/** Milliseconds between two messages about the same step. */
const TELL_EVERY_MS = 250

/** The life of a job's process: it takes one job, tells how it goes, and ends. */
export function serveJob(): void {
  const stop = new AbortController()
  // Who started it is gone: there may soon be another process for the same job.
  process.once('disconnect', () => process.exit(1))
  process.once('SIGTERM', () => stop.abort(new Error('interrupted')))
  // Ctrl-C reaches all processes of a terminal; the one that started this decides.
  process.on('SIGINT', () => undefined)
  process.once('message', (order) => void work(order as JobOrder, stop.signal))
  say({ kind: 'ready' })
}

async function work({ job, root }: JobOrder, signal: AbortSignal): Promise<void> {
  try {
    process.chdir(root)
    say({ kind: 'finished', result: await trainJob(job, { signal, onProgress: seldom() }) })
  } catch (error) {
    say({ kind: 'failed', message: sentence(error as Error) })
  }
  process.disconnect()
}

/** Tells of every step, and of each not too often. */
function seldom(): (progress: Progress) => void {
  let [step, toldAt] = ['', 0]
  return (progress) => {
    const now = performance.now()
    if (progress.step === step && now - toldAt < TELL_EVERY_MS) return
    step = progress.step
    toldAt = now
    say({ kind: 'progress', progress })
  }
}

/** Our own errors speak for themselves; anything else is a defect, and its stack helps to mend it. */
function sentence(error: Error): string {
  return 'code' in error ? error.message : `unexpected ${error.stack ?? String(error)}`
}

function say(message: JobMessage): void {
  if (process.connected) process.send?.(message)
}
