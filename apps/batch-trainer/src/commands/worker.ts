import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { type BatchJob, DEVICES } from '../batch-job.js'
import { byteSize } from '../byte-size.js'
import { UsageError } from '../errors.js'
import { SHARE_OF_MEMORY } from '../plan-jobs.js'
import { ProgressLines } from '../progress-lines.js'
import { type QueueFlags, queueOptions } from '../queue-options.js'
import { runCommand } from '../run-command.js'

interface Flags extends QueueFlags {
  readonly queue: string
  readonly root?: string
  readonly parallel: number
  readonly cores: number
  readonly budget?: string
  readonly device: readonly BatchJob['device'][]
  readonly lease: number
}

/** `batch-trainer worker`: takes jobs from a queue until it is stopped. */
export const workerCommand: CommandModule<object, Flags> = {
  command: 'worker',
  describe: 'do jobs of a queue, until it is stopped',
  builder: (yargs) =>
    yargs
      .options({ ...queueOptions, queue: { ...queueOptions.queue, demandOption: true } })
      .option('root', {
        type: 'string',
        describe: 'folder of the plans here, where it is not the one they were read from',
      })
      .option('parallel', { type: 'number', default: availableParallelism(), describe: 'jobs at a time' })
      .option('cores', {
        type: 'number',
        default: availableParallelism(),
        describe: 'processor cores for all jobs at a time: its share, where several workers run on a machine',
      })
      .option('budget', { type: 'string', describe: 'memory of all jobs at a time (three quarters of the machine’s)' })
      .option('device', { type: 'array', string: true, choices: DEVICES, default: ['cpu'], describe: 'kinds of jobs' })
      .option('lease', {
        type: 'number',
        default: 30,
        describe: 'seconds without a sign of life after which others take a job over',
      }) as never,
  handler: (flags) =>
    runCommand({ json: false }, async (signal) => {
      const { JobWorker } = await import('../redis/job-worker.js')
      const progress = new ProgressLines(null)
      const worker = await JobWorker.start({
        url: flags.queue,
        prefix: flags.prefix,
        devices: [...new Set(flags.device)],
        parallel: numberFrom(flags, 'parallel', 1),
        cores: numberFrom(flags, 'cores', 1),
        budgetBytes: budgetFrom(flags),
        root: flags.root === undefined ? undefined : resolve(flags.root),
        leaseMs: numberFrom(flags, 'lease', 0.5) * 1000,
        onEvent: (job, event) => progress.show(job, event),
      })
      process.stderr.write(`worker ${process.pid} takes ${flags.device.join(' and ')} jobs\n`)
      try {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      } finally {
        progress.stop()
        await worker.close()
      }
      return { json: null, text: `${progress.done} jobs done`, failed: false }
    }),
}

function numberFrom(flags: Flags, name: 'parallel' | 'cores' | 'lease', least: number): number {
  const value = flags[name]
  if (value >= least && (name === 'lease' || Number.isInteger(value))) return value
  throw new UsageError(`--${name} ${value} is too little, or no number; give ${least} or more`)
}

function budgetFrom({ budget }: Flags): number {
  if (budget === undefined) return Math.floor(totalmem() * SHARE_OF_MEMORY)
  const parsed = byteSize.safeParse(budget)
  if (parsed.success) return parsed.data
  throw new UsageError(`--budget ${parsed.error.issues[0].message}`)
}
