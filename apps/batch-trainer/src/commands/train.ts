import { availableParallelism } from 'node:os'
import type { CommandModule } from 'yargs'
import type { BatchSummary } from '../batch-summary.js'
import type { BatchJob } from '../batch-job.js'
import { JobLog } from '../job-log.js'
import type { JobEvent, JobQueue } from '../job-queue.js'
import { LocalQueue } from '../local-queue.js'
import { type BatchPlan, readPlan } from '../plan-jobs.js'
import { ProgressLines } from '../progress-lines.js'
import { runBatch } from '../run-batch.js'
import { runCommand } from '../run-command.js'
import { jobRunner, shardRunner } from '../run-job.js'
import { countsText } from '../summary-page.js'
import { type QueueFlags, queueOptions } from '../queue-options.js'

interface Flags extends QueueFlags {
  readonly plan: string
  readonly json: boolean
}

/** `batch-trainer <plan>`: a plan file → bundles. */
export const trainCommand: CommandModule<object, Flags> = {
  command: '$0 <plan>',
  describe: 'train the bundles of a plan file',
  builder: (yargs) =>
    yargs
      .positional('plan', { type: 'string', demandOption: true, describe: 'plan file (YAML)' })
      .options(queueOptions)
      .option('json', { type: 'boolean', default: false, describe: 'print the summary as JSON' }),
  handler: ({ plan: path, json, ...flags }) =>
    runCommand({ json }, async (signal) => {
      const plan = await readPlan(path)
      const progress = new ProgressLines(plan.jobs.length)
      const { queue, note } = await queueFor(plan, flags)
      try {
        const summary = await runBatch(plan, {
          queue,
          signal,
          nowMs: () => Date.now(),
          onEvent(job, event) {
            note(job, event)
            progress.show(job, event)
          },
        })
        progress.stop()
        return { json: summary, text: countsText(summary.jobs), failed: hasFailed(summary) }
      } finally {
        progress.stop()
        await queue.close()
      }
    }),
}

/** The queue that the flags ask for, and who keeps the logs of the jobs: with workers elsewhere it is they. */
async function queueFor(
  plan: BatchPlan,
  { queue: url, prefix }: QueueFlags,
): Promise<{ readonly queue: JobQueue; note(job: BatchJob, event: JobEvent): void }> {
  if (url !== undefined) {
    // Loaded only where it is used.
    const { RedisQueue } = await import('../redis/redis-queue.js')
    return { queue: await RedisQueue.open({ url, prefix, root: plan.root }), note: () => undefined }
  }
  const logs = new Map(plan.jobs.map((job) => [job.name, JobLog.of(job, plan.root)]))
  const { root, parallel, jobs } = plan
  const hasShards = jobs.some(({ shards }) => shards !== null)
  const place = { root, cores: availableParallelism() / (hasShards ? parallel : Math.min(parallel, jobs.length)) }
  const queue = new LocalQueue({ ...plan, runJob: jobRunner(place), runShard: shardRunner(place) })
  return { queue, note: ({ name }, event) => logs.get(name)!.write(event) }
}

function hasFailed({ jobs }: BatchSummary): boolean {
  return jobs.some(({ state }) => state === 'failed')
}
