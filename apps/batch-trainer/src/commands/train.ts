import type { CommandModule } from 'yargs'
import type { BatchSummary } from '../batch-summary.js'
import { JobLog } from '../job-log.js'
import { LocalQueue } from '../local-queue.js'
import { readPlan } from '../plan-jobs.js'
import { ProgressLines } from '../progress-lines.js'
import { runBatch } from '../run-batch.js'
import { runCommand } from '../run-command.js'
import { jobRunner } from '../run-job.js'
import { countsText } from '../summary-page.js'

interface Flags {
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
      .option('json', { type: 'boolean', default: false, describe: 'print the summary as JSON' }),
  handler: ({ plan: path, json }) =>
    runCommand({ json }, async (signal) => {
      const plan = await readPlan(path)
      const progress = new ProgressLines(plan.jobs.length)
      const logs = new Map(plan.jobs.map((job) => [job.name, JobLog.of(job, plan.root)]))
      const queue = new LocalQueue({ ...plan, runJob: jobRunner(plan.root) })
      try {
        const summary = await runBatch(plan, {
          queue,
          signal,
          nowMs: () => Date.now(),
          onEvent(job, event) {
            logs.get(job.name)!.write(event)
            progress.show(job, event)
          },
        })
        progress.stop()
        return { json: summary, text: summaryText(summary), failed: hasFailed(summary) }
      } finally {
        progress.stop()
        await queue.close()
      }
    }),
}

function hasFailed({ jobs }: BatchSummary): boolean {
  return jobs.some(({ state }) => state === 'failed')
}

function summaryText({ jobs }: BatchSummary): string {
  return countsText(jobs)
}
