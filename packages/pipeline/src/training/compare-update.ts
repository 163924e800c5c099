import type { Bundle } from '../bundle/bundle.js'
import type { DetectorOptions } from '../detector/detector.js'
import { PipelineError } from '../errors.js'
import type { LogSegment } from '../parse-log.js'
import type { RunControl } from '../progress.js'
import { measureBundle, plantedSample, recallByKind, textSource } from '../validate/measure-bundle.js'
import type { PlantedLog } from '../validate/plant-incidents.js'

/** Shares of windows that a bundle flags, and of records that it does not know. */
export interface NormalShares {
  readonly flaggedWindows: number
  readonly unknown: number
}

/** How a bundle judges old and new normal lines, and incidents planted into the old ones. */
export interface BundleJudgement {
  /** On the sample of the old bundle; zeros where it has none. */
  readonly old: NormalShares
  readonly fresh: NormalShares
  /** Share of the incidents planted into the old sample that is found; `null` without a sample. */
  readonly recall: number | null
}

/** A bundle before and after an update. */
export interface UpdateComparison {
  readonly before: BundleJudgement
  readonly after: BundleJudgement
}

const SEED = 1
/** An update may flag so many times the budget of the old normal lines, or as much as before. */
const MOST_OF_BUDGET = 2
/** Share of planted incidents that an update may lose. */
const LOST = 0.1

/** Judges the old sample, the new logs and planted incidents with the old bundle and with the new one. */
export async function compareUpdate(
  old: Bundle,
  updated: Bundle,
  {
    fresh,
    reading,
    ...control
  }: RunControl & Pick<DetectorOptions, 'reading'> & { readonly fresh: readonly LogSegment[] },
): Promise<UpdateComparison> {
  const planted = await plantedSample(old, SEED)
  async function judge(bundle: Bundle): Promise<BundleJudgement> {
    const sample = old.sample === null ? null : await measureBundle(bundle, [textSource('sample', old.sample)], control)
    return {
      old: sample ?? { flaggedWindows: 0, unknown: 0 },
      fresh: await measureBundle(bundle, fresh, { ...control, reading }),
      recall: planted && (await recallOf(bundle, planted, control)),
    }
  }
  return { before: sharesOf(await judge(old)), after: sharesOf(await judge(updated)) }
}

/**
 * Refuses an update after which more of the old normal lines are flagged than the budget explains, or clearly fewer
 * planted incidents are found.
 * @throws {PipelineError} `update-refused`
 */
export function refuseWorse({ before, after }: UpdateComparison, budget: number): void {
  const allowed = Math.max(MOST_OF_BUDGET * budget, before.old.flaggedWindows)
  if (after.old.flaggedWindows > allowed) {
    const [was, is] = [before, after].map(({ old }) => `${(100 * old.flaggedWindows).toFixed(1)} %`)
    throw refused(`of the old normal lines it would flag ${is} of the windows, before ${was}`)
  }
  if (before.recall !== null && after.recall !== null && after.recall < before.recall - LOST) {
    const [was, is] = [before.recall, after.recall].map((recall) => `${(100 * recall).toFixed(0)} %`)
    throw refused(`of incidents planted into the old lines it would find ${is}, before ${was}`)
  }
}

function refused(why: string): PipelineError {
  return new PipelineError(
    'update-refused',
    `the update is refused, the old bundle stays: ${why}; train a new bundle on old and new logs, or see whether the new ` +
      'logs are normal',
  )
}

async function recallOf(bundle: Bundle, planted: PlantedLog, control: RunControl): Promise<number> {
  const { findings } = await measureBundle(bundle, [textSource('sample', planted.text)], control)
  const kinds = recallByKind(planted, findings)
  const [all, found] = [kinds.map(({ planted: count }) => count), kinds.map(({ found: count }) => count)].map(
    (counts) => counts.reduce((sum, count) => sum + count, 0),
  )
  return found / all
}

function sharesOf({ old, fresh, recall }: BundleJudgement): BundleJudgement {
  function shares({ flaggedWindows, unknown }: NormalShares): NormalShares {
    return { flaggedWindows, unknown }
  }
  return { old: shares(old), fresh: shares(fresh), recall }
}
