import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { type MineShard, type RunControl, trainBundle } from '@sp/pipeline'
import type { BatchJob, JobResult } from './batch-job.js'

/**
 * Trains the bundle of a job, from the folder of the plan as the working directory: so logs have the same names on every
 * machine, and bundles the same bytes.
 */
export async function trainJob(
  job: BatchJob,
  { mine, ...control }: RunControl & { readonly mine: MineShard },
): Promise<JobResult> {
  await mkdir(dirname(job.bundle), { recursive: true })
  const sources = await openSources(job.sources, { maxDepth: job.maxDepth })
  const { manifest, metadata, reused } = await trainBundle(sources, job.bundle, {
    ...job.settings,
    masker: Masker.create(job.masking),
    reading: job.reading,
    workers: job.threads,
    shards: job.shards === null ? undefined : { count: job.shards, mine },
    clock: () => performance.now(),
    reuse: true,
    ...control,
  })
  if (job.store !== null) {
    control.onProgress?.({ step: 'publishing', done: 0, total: null, unit: 'bytes', records: 0 })
    // Loaded only where there is one.
    const { resultStore } = await import('./store/result-store.js')
    await resultStore(job.store).publish(job.name, job.bundle)
  }
  return {
    hash: manifest.hash,
    reused,
    sources: manifest.data.sources,
    records: manifest.data.records,
    detectors: Object.fromEntries(Object.entries(manifest.detectors).map(([name, { why }]) => [name, why])),
    steps: [...metadata.steps],
    memoryBytes: process.resourceUsage().maxRSS * 1024,
  }
}
