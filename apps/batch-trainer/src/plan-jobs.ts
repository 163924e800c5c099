import { availableParallelism, totalmem } from 'node:os'
import { dirname, posix, relative, resolve } from 'node:path'
import { LogReaderError, openSources } from '@sp/log-reader'
import { trainSettingsSchema } from '@sp/pipeline'
import type { BatchJob } from './batch-job.js'
import { bytesText } from './byte-size.js'
import { type PlanFile, readPlanFile } from './plan-file.js'

/** A plan, ready to be done. */
export interface BatchPlan {
  /** Folder of the plan file: what the paths of the jobs are relative to. */
  readonly root: string
  /** Folder of the results, relative to `root`. */
  readonly out: string
  /** Memory of all jobs together. */
  readonly budgetBytes: number
  /** Jobs at a time. */
  readonly parallel: number
  readonly jobs: readonly BatchJob[]
}

/** Share of the memory of the machine that jobs may take where the plan does not say. */
export const SHARE_OF_MEMORY = 0.75

/**
 * What training needs: Node.js with the network runtime, and what is kept of every record (docs/batch-trainer.md has the
 * measurements). A plan can say better.
 */
const BASE_BYTES = 500e6
const BYTES_PER_LOG_BYTE = 5

/**
 * Reads a plan and looks at its logs, so that what is wrong with any job is said before the first one starts.
 * @throws {UsageError} with line and key
 */
export async function readPlan(path: string): Promise<BatchPlan> {
  const root = dirname(resolve(path))
  const { plan, error } = await readPlanFile(path)
  const budgetBytes = plan.budget ?? Math.floor(totalmem() * SHARE_OF_MEMORY)
  const jobs: BatchJob[] = []
  for (const [i, bundle] of plan.bundles.entries()) {
    const key = ['bundles', i]
    const memory = bundle.memory ?? plan.defaults.memory
    if (memory !== undefined && memory > budgetBytes) {
      throw error([...key, 'memory'], `${bytesText(memory)} is more than the budget, ${bytesText(budgetBytes)}`)
    }
    const job = jobOf(plan, bundle)
    const bytes = await sizeOf(job, root).catch((cause) => {
      throw cause instanceof LogReaderError ? error([...key, 'sources'], cause.message) : cause
    })
    if (bytes.files > job.maxFiles) {
      throw error([...key, 'sources'], `${bytes.files} files found, maxFiles allows ${job.maxFiles}`)
    }
    // A job that may need more than there is runs alone.
    const estimate = Math.min(budgetBytes, BASE_BYTES + BYTES_PER_LOG_BYTE * bytes.total)
    jobs.push({ ...job, memoryBytes: memory ?? estimate })
  }
  return { root, out: plan.out, budgetBytes, parallel: plan.parallel ?? availableParallelism(), jobs }
}

function jobOf({ out, store, defaults }: PlanFile, bundle: PlanFile['bundles'][number]): BatchJob {
  const { name, sources, device, priority } = bundle
  return {
    name,
    sources,
    device,
    priority,
    bundle: posix.join(out, 'bundles', name),
    store: store ?? null,
    log: posix.join(out, 'logs', `${name}.jsonl`),
    memoryBytes: 0,
    maxDepth: bundle.maxDepth ?? defaults.maxDepth ?? 3,
    maxFiles: bundle.maxFiles ?? defaults.maxFiles ?? 1000,
    attempts: bundle.attempts ?? defaults.attempts ?? 2,
    threads: bundle.threads ?? defaults.threads ?? 1,
    shards: bundle.shards ?? defaults.shards ?? null,
    settings: trainSettingsSchema.parse({ ...defaults.settings, ...bundle.settings }),
    reading: { ...defaults.reading, ...bundle.reading },
    masking: { ...defaults.masking, ...bundle.masking },
  }
}

async function sizeOf({ sources, maxDepth }: BatchJob, root: string): Promise<{ files: number; total: number }> {
  const found = await openSources(
    sources.map((source) => relative(process.cwd(), resolve(root, source)) || '.'),
    { maxDepth },
  )
  return { files: found.length, total: found.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0) }
}
