import { join } from 'node:path'
import type { Source } from '@sp/log-reader'
import { writeFileAtomically } from '@sp/log-table'
import { requireReplaceable } from '../bundle/bundle-folder.js'
import { requireReplaceable as requireFolder } from '../bundle/publish-folder.js'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import { makeFolder } from '../output-folder.js'
import { trainBundle, type TrainBundleOptions } from '../training/train-bundle.js'
import { type ConversionSummary, convertBundle, type ConvertOptions, DEPLOYMENT } from './convert-bundle.js'

/** What lies in the folder of a hybrid pipeline. */
export const HYBRID_FILES = { bundle: 'bundle', deployment: 'deployment', results: 'pipeline_results.json' } as const

/** How logs are trained on and deployed. */
export interface HybridOptions extends TrainBundleOptions {
  readonly convert?: ConvertOptions
}

/** What a hybrid pipeline did: `pipeline_results.json`. There is none of a run that failed. */
export interface HybridResults {
  readonly format: 'sp-hybrid-pipeline'
  readonly version: 1
  readonly bundle: string
  readonly bundleHash: string
  readonly deployment: string
  /** Records of training. */
  readonly records: number
  /** Whether the bundle was there already, of the same logs and settings. */
  readonly reused: boolean
  readonly conversion: ConversionSummary
}

/**
 * Trains a bundle on normal logs and exports its network, into `bundle` and `deployment` of a folder. Each of them is
 * replaced as a whole; until then, and where a step fails, the earlier one stays.
 * @throws what `trainBundle` and `convertBundle` throw
 */
export async function hybridPipeline(
  sources: readonly Source[],
  folder: string,
  { convert, ...training }: HybridOptions,
): Promise<HybridResults> {
  const [bundle, deployment] = [join(folder, HYBRID_FILES.bundle), join(folder, HYBRID_FILES.deployment)]
  await folderFor(folder)
  // Refused before hours of training, not after.
  await requireReplaceable(bundle)
  await requireFolder(deployment, DEPLOYMENT)
  const trained = await trainBundle(sources, bundle, training)
  const conversion = await convertBundle(bundle, deployment, convert)
  const results: HybridResults = {
    format: 'sp-hybrid-pipeline',
    version: 1,
    bundle,
    bundleHash: trained.manifest.hash,
    deployment,
    records: trained.manifest.data.records,
    reused: trained.reused === true,
    conversion,
  }
  await writeFileAtomically(join(folder, HYBRID_FILES.results), Buffer.from(jsonText(results)))
  return results
}

async function folderFor(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
  } catch (cause) {
    throw new PipelineError('write-failed', `cannot make the folder ${folder} (${(cause as Error).message})`, { cause })
  }
}
