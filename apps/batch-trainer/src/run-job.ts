import { type ChildProcess, fork } from 'node:child_process'
import type { Progress } from '@sp/pipeline'
import type { BatchJob, JobResult } from './batch-job.js'
import { bytesText } from './byte-size.js'
import { JobError } from './errors.js'
import type { JobMessage, JobOrder, ShardAnswer } from './job-process.js'
import type { ShardTask } from './shard-task.js'

/** How a job is watched, helped and stopped. */
export interface JobRun {
  readonly onProgress: (progress: Progress) => void
  /** Has a shard of the job mined, by {@link shardRunner} here or elsewhere. */
  readonly onShard: (task: ShardTask) => Promise<void>
  readonly signal: AbortSignal
}

/** Does one job. @throws {JobError} */
export type RunJob = (job: BatchJob, run: JobRun) => Promise<JobResult>

/** Mines one shard; what it showed is left in a file. @throws {JobError} */
export type RunShard = (task: ShardTask, signal: AbortSignal) => Promise<void>

/** How long a job that is stopped may take to end by itself. */
const GRACE_MS = 2000

/** Where jobs run. */
export interface JobPlace {
  /** Folder of the plan. */
  readonly root: string
  /** Processor cores that each has for itself. */
  readonly cores: number
}

/** Does jobs, each in a process of its own: one that needs too much memory, or crashes, ends alone. */
export function jobRunner({ root, cores }: JobPlace): RunJob {
  return async (job, run) => {
    const { memoryBytes, device } = job
    const answer = await processAnswer({ task: { job }, root }, { memoryBytes, cores, hasGpu: device === 'gpu', run })
    if (answer.kind === 'finished') return answer.result
    throw new JobError('crashed', 'its process answered something else')
  }
}

/** Mines shards, as {@link jobRunner} does jobs. */
export function shardRunner({ root, cores }: JobPlace): RunShard {
  return async (task, signal) => {
    const run = { onProgress: () => undefined, onShard: () => Promise.resolve(), signal }
    await processAnswer({ task, root }, { memoryBytes: task.memoryBytes, cores, hasGpu: false, run })
  }
}

type Answer = Extract<JobMessage, { kind: 'finished' | 'mined' }>

async function processAnswer(
  order: JobOrder,
  {
    memoryBytes,
    cores,
    hasGpu,
    run,
  }: { readonly memoryBytes: number; readonly cores: number; readonly hasGpu: boolean; readonly run: JobRun },
): Promise<Answer> {
  const { signal } = run
  if (signal.aborted) throw new JobError('interrupted', 'interrupted')
  const child = fork(process.argv[1], ['job'], {
    execArgv: [
      ...process.execArgv,
      `--max-old-space-size=${Math.ceil(memoryBytes / 2 ** 20)}`,
      // Compiling and collecting garbage beside the job takes half of what a short job computes, from the jobs beside it.
      ...(cores < 2 ? ['--single-threaded'] : []),
    ],
    // No job but the one on the GPU sees it.
    env: hasGpu ? process.env : { ...process.env, CUDA_VISIBLE_DEVICES: '' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  function stop(): void {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await answerOf(child, order, { memoryBytes, run })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function answerOf(
  child: ChildProcess,
  order: JobOrder,
  { memoryBytes, run }: { readonly memoryBytes: number; readonly run: JobRun },
): Promise<Answer> {
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-MOST_COMPLAINT)))
  return new Promise((resolve, reject) => {
    let end: Answer | Extract<JobMessage, { kind: 'failed' }> | null = null
    child.on('message', (message: JobMessage) => {
      if (message.kind === 'ready') child.send(order)
      else if (message.kind === 'progress') run.onProgress(message.progress)
      else if (message.kind === 'shard') void mineFor(child, message, run)
      else end = message
    })
    child.once('error', (cause) => reject(new JobError('crashed', `its process could not start (${cause.message})`)))
    // Only now its files are closed and its memory is free.
    child.once('close', (code, killedBy) => {
      if (end !== null && end.kind !== 'failed') resolve(end)
      else if (run.signal.aborted) reject(new JobError('interrupted', 'interrupted'))
      else if (end !== null) reject(new JobError('refused', end.message))
      else reject(new JobError('crashed', crashText(killedBy ?? `code ${code}`, complaint, memoryBytes)))
    })
  })
}

async function mineFor(child: ChildProcess, { id, task }: { id: number; task: ShardTask }, run: JobRun): Promise<void> {
  const error = await run.onShard(task).then(
    () => null,
    (failure: Error) => failure.message,
  )
  if (child.connected) child.send({ id, error } satisfies ShardAnswer)
}

const MOST_COMPLAINT = 4000

function crashText(how: string, complaint: string, memoryBytes: number): string {
  if (/heap out of memory/.test(complaint)) {
    return `it needed more than its ${bytesText(memoryBytes)} of memory; give it more with the key "memory"`
  }
  const lines = complaint.trim().split('\n')
  const said = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1)
  return `its process ended by itself (${how})${said ? `: ${said}` : '; the machine may lack memory'}`
}
