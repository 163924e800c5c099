import { relative } from 'node:path'
import type { MinedShard, Progress, ShardJob } from '@sp/pipeline'
import type { BatchJob, JobResult } from './batch-job.js'
import { mineIntoFile, type ShardTask, takeMined } from './shard-task.js'
import { trainJob } from './train-job.js'

/** What the process of a job, or of a shard, is told first. */
export interface JobOrder {
  readonly task: { readonly job: BatchJob } | ShardTask
  /** Folder of the plan. */
  readonly root: string
}

/** What it is told later: a shard that it has asked for was mined, or `error` says why not. */
export interface ShardAnswer {
  readonly id: number
  readonly error: string | null
}

/** What it says to the process that started it. */
export type JobMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** Asks for a shard to be mined, by whoever is free. */
  | { readonly kind: 'shard'; readonly id: number; readonly task: ShardTask }
  | { readonly kind: 'finished'; readonly result: JobResult }
  /** The end of a shard: what it showed lies in a file. */
  | { readonly kind: 'mined' }
  | { readonly kind: 'failed'; readonly message: string }

/** Milliseconds between two messages about the same step. */
const TELL_EVERY_MS = 250

/** The life of a job's process: it takes one job, or one shard, tells how it goes, and ends. */
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

async function work({ task, root }: JobOrder, signal: AbortSignal): Promise<void> {
  try {
    process.chdir(root)
    if ('job' in task) {
      const mine = new ShardDesk(task.job, root).mine
      say({ kind: 'finished', result: await trainJob(task.job, { mine, signal, onProgress: seldom() }) })
    } else {
      await mineIntoFile(task)
      say({ kind: 'mined' })
    }
  } catch (error) {
    say({ kind: 'failed', message: sentence(error as Error) })
  }
  process.disconnect()
}

/** Where the process of a job asks for shards to be mined. */
class ShardDesk {
  readonly #asked = new Map<number, (answer: ShardAnswer) => void>()
  #asks = 0

  constructor(
    private readonly job: BatchJob,
    private readonly root: string,
  ) {
    process.on('message', (answer) => this.#asked.get((answer as ShardAnswer).id)?.(answer as ShardAnswer))
  }

  /** As `mineShard`, elsewhere. */
  readonly mine = async (job: ShardJob): Promise<MinedShard> => {
    const id = this.#asks++
    const answered = new Promise<ShardAnswer>((resolve) => this.#asked.set(id, resolve))
    // Another machine sees the folder of the plan elsewhere.
    const shard = { ...job, rows: relative(this.root, job.rows) }
    say({ kind: 'shard', id, task: { shard, memoryBytes: this.job.memoryBytes } as ShardTask })
    const { error } = await answered
    if (error !== null) throw Object.assign(new Error(error), { code: 'shard-failed' })
    return takeMined(job)
  }
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
