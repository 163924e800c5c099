import { checkTemplates } from '@sp/drain'
import type { Source } from '@sp/log-reader'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { readManifest } from '../bundle/bundle-folder.js'
import { PipelineError } from '../errors.js'
import type { RunControl } from '../progress.js'
import { hashSources } from '../training/hash-sources.js'
import { type BundleMeasure, measureBundle, textSource } from '../validate/measure-bundle.js'
import { errorDistribution } from './error-distribution.js'
import { mappingCheck } from './mapping-check.js'
import { normalisationCheck } from './normalisation-check.js'

/** One thing that was looked at. */
export interface Diagnosis {
  readonly what: string
  /** What was seen, with figures. */
  readonly found: string
  readonly isFine: boolean
  /** What to do where it is not fine. */
  readonly remedy?: string
}

/** What is well and what is not with one bundle. */
export interface BundleDiagnosis {
  readonly bundle: string
  /** Whether it can be used at all; where not, the only check says why. */
  readonly isWhole: boolean
  readonly checks: readonly Diagnosis[]
}

/** Records of unknown templates that a log or sample may hold before something is wrong. */
const MOST_UNKNOWN = 0.05

/**
 * Looks a bundle over: whether it is whole, its detectors, templates, vocabulary, mapping, normalisation, errors on its own
 * sample, and, with a log, whether that is the log it was trained on and fits it. A damaged bundle is a finding, no error.
 */
export async function diagnoseBundle(
  path: string,
  { log = [], ...control }: RunControl & { readonly log?: readonly Source[] } = {},
): Promise<BundleDiagnosis> {
  let bundle: Bundle
  try {
    bundle = await loadBundle(path)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    return { bundle: path, isWhole: false, checks: [{ what: 'whole', found: error.message, isFine: false }] }
  }
  const sample =
    bundle.sample &&
    (await measureBundle(bundle, [textSource('sample', bundle.sample, bundle.manifest.data.lastTime)], control))
  const checks = [
    wholeCheck(bundle),
    ...detectorChecks(bundle),
    templatesCheck(bundle),
    vocabularyCheck(bundle),
    mappingCheck(bundle),
    ...(sample
      ? [unknownCheck('sample', sample), await normalisationCheck(bundle), ...errorDistribution(bundle, sample)]
      : [
          {
            what: 'sample',
            found: 'the bundle keeps none',
            isFine: false,
            remedy: 'train with a sample to have more looked at',
          },
        ]),
    ...(log.length > 0 ? await logChecks(bundle, log, control) : []),
  ]
  return { bundle: path, isWhole: true, checks }
}

/** Which bundles learned from the very same logs, and which are the same. */
export async function dataIdentity(paths: readonly string[]): Promise<Diagnosis[]> {
  const seen: { path: string; hash: string; data: string }[] = []
  const checks: Diagnosis[] = []
  for (const path of paths) {
    const manifest = await readManifest(path).catch(() => null)
    if (manifest === null) continue
    const { hash, data } = manifest
    const twin = seen.find((other) => other.hash === hash)
    const sibling = seen.find((other) => other.data === data.sha256)
    if (twin) checks.push({ what: 'identity', found: `${path} is the same bundle as ${twin.path}`, isFine: true })
    else if (sibling) {
      checks.push({ what: 'identity', found: `${path} learned from the same logs as ${sibling.path}`, isFine: true })
    }
    seen.push({ path, hash, data: data.sha256 })
  }
  return checks
}

function wholeCheck({ manifest }: Bundle): Diagnosis {
  const { hash, members, madeBy, data } = manifest
  const found =
    `${hash.slice(0, 16)}, all ${Object.keys(members).length} members have their hash; ${data.records} records of ` +
    `${data.sources} ${data.sources === 1 ? 'source' : 'sources'}, by version ${madeBy}`
  return { what: 'whole', found, isFine: true }
}

function detectorChecks({ manifest }: Bundle): Diagnosis[] {
  return Object.entries(manifest.detectors).map(([name, { trained, why }]) => ({
    what: name,
    found: trained ? 'trained' : `left out: ${why}`,
    // A network that adds nothing is rightly left out.
    isFine: trained || why === 'it was not asked for' || name === 'seriesNetwork',
    remedy: 'train on more logs, or name what groups lines with --session-key',
  }))
}

function templatesCheck({ templates }: Bundle): Diagnosis {
  const health = checkTemplates(templates.templates)
  const ill = health.catchAlls.length + health.overMerged.length
  const found =
    `${health.templates} of ${health.lines} lines, ${health.singletons} of one line, ${health.catchAlls.length} that say ` +
    `nothing, ${health.overMerged.length} that may have swallowed words`
  return {
    what: 'templates',
    found,
    isFine: !health.isExploding && ill <= 0.05 * health.templates,
    remedy: 'see "sp templates", and give masks for what varies (--mask-rules)',
  }
}

function vocabularyCheck({ templates, sequences }: Bundle): Diagnosis {
  const known = templates.templates.length
  if (sequences === null)
    return { what: 'vocabulary', found: `${known} templates, no network reads them`, isFine: true }
  const { vocabulary, events } = sequences.model
  const found = `${known} templates at the indices 2 to ${vocabulary.size - 1}, ${events.length} of them in the sessions of training`
  return {
    what: 'vocabulary',
    found,
    isFine: vocabulary.size === known + 2 && events.length >= known / 2,
    remedy:
      'the network does not know most templates: train again on logs that hold them, or with another --session-key',
  }
}

function unknownCheck(what: string, { unknown, stats }: BundleMeasure): Diagnosis {
  return {
    what: `unknown in ${what}`,
    found: `${percent(unknown)} of ${stats.records} records fit no template`,
    isFine: unknown <= MOST_UNKNOWN,
    remedy: 'these logs are of another kind than those of training, or read otherwise: see --format and the masks',
  }
}

async function logChecks(bundle: Bundle, log: readonly Source[], control: RunControl): Promise<Diagnosis[]> {
  const reopenable = log.every(({ probe }) => probe !== undefined)
  const sha256 = reopenable
    ? await hashSources(
        log.map((source) => ({ source })),
        control,
      )
    : null
  const isTraining = sha256 === bundle.manifest.data.sha256
  const identity: Diagnosis = {
    what: 'identity of the log',
    found: isTraining ? 'it is the very log of training' : 'it is not the log of training',
    isFine: !isTraining,
    remedy: 'what is measured on it says nothing of other logs',
  }
  const measure = await measureBundle(bundle, log, control)
  return [identity, unknownCheck('the log', measure)]
}

/** A share for people. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
