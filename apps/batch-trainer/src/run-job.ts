import { type ChildProcess, fork } from 'node:child_process'
import type { Progress } from '@sp/pipeline'
import type { BatchJob, JobResult } from './batch-job.js'
import { bytesText } from './byte-size.js'
import { JobError } from './errors.js'
import type { JobMessage, JobOrder } from './job-process.js'

/** Does one job. @throws {JobError} */
export type RunJob = (
  job: BatchJob,
  options: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
) => Promise<JobResult>

/** How long a job that is stopped may take to end by itself. */
const GRACE_MS = 2000

/**
 * Does jobs, each in a process of its own: one that needs too much memory, or crashes, ends alone.
 * @param root folder of the plan
 */
export function jobRunner(root: string): RunJob {
  return async (job, { onProgress, signal }) => {
    if (signal.aborted) throw new JobError('interrupted', 'interrupted')
    const child = startProcess(job)
    function stop(): void {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await answerOf(child, { job, root }, { onProgress, signal })
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

function startProcess(job: BatchJob): ChildProcess {
  return fork(process.argv[1], ['job'], {
    execArgv: [...process.execArgv, `--max-old-space-size=${Math.ceil(job.memoryBytes / 2 ** 20)}`],
    // No job but the one on the GPU sees it.
    env: job.device === 'gpu' ? process.env : { ...process.env, CUDA_VISIBLE_DEVICES: '' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}

function answerOf(child: ChildProcess, order: JobOrder, { onProgress, signal }: Parameters<RunJob>[1]) {
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-MOST_COMPLAINT)))
  return new Promise<JobResult>((resolve, reject) => {
    let answer: JobMessage | null = null
    child.on('message', (message: JobMessage) => {
      if (message.kind === 'ready') child.send(order)
      else if (message.kind === 'progress') onProgress(message.progress)
      else answer = message
    })
    child.once('error', (cause) => reject(new JobError('crashed', `its process could not start (${cause.message})`)))
    // Only now its files are closed and its memory is free.
    child.once('close', (code, killedBy) => {
      if (answer?.kind === 'finished') resolve(answer.result)
      else if (signal.aborted) reject(new JobError('interrupted', 'interrupted'))
      else if (answer?.kind === 'failed') reject(new JobError('refused', answer.message))
      else reject(new JobError('crashed', crashText(killedBy ?? `code ${code}`, complaint, order.job)))
    })
  })
}

const MOST_COMPLAINT = 4000

function crashText(how: string, complaint: string, { memoryBytes }: BatchJob): string {
  if (/heap out of memory/.test(complaint)) {
    return `it needed more than its ${bytesText(memoryBytes)} of memory; give it more with the key "memory"`
  }
  const lines = complaint.trim().split('\n')
  const said = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1)
  return `its process ended by itself (${how})${said ? `: ${said}` : '; the machine may lack memory'}`
}
