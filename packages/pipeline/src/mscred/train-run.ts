import { dirname, join } from 'node:path'
import { trainMultivariate, type MultivariateModel, type MultivariateOptions, type SelfTest } from '@sp/baseline'
import { channelNames } from '@sp/builders'
import { AtomicFile } from '@sp/log-table'
import { COUNTS_WINDOWS, detectorOfMode, encodeMultivariate } from '@sp/mscred'
import type { RunControl } from '../progress.js'
import { MSCRED_FILES } from './mscred-files.js'
import { readMapping } from './series-mapping.js'
import { readWindowTable } from './window-table.js'

/** What a training reads and writes. */
export interface MscredTrainRun extends RunControl {
  /** `window_counts.parquet` of normal logs. */
  readonly counts: string
  /** `template_mapping.json`; default the one beside the counts. */
  readonly mapping?: string
  /** Where the model goes. */
  readonly out: string
  /** A name of `MULTIVARIATE_MODES`; default `ensemble`. */
  readonly mode?: string
  /** Passes over the data, of a network. */
  readonly epochs?: number
  readonly options?: Omit<MultivariateOptions, 'counts'>
}

/** What a training gave. */
export interface MscredTrainSummary {
  readonly format: 'sp-mscred-train'
  readonly version: 1
  /** The mode that was kept: of `joined` that is `ensemble` where the network adds nothing. */
  readonly mode: string
  readonly windows: number
  readonly series: number
  readonly heldOutFrames: number
  readonly budget: number
  readonly thresholds: MultivariateModel['thresholds']
  readonly threshold: number
  /** Recall on shocks planted into held-out windows of this very log. */
  readonly selfTest: SelfTest | null
  /** Of `joined`: what the ensemble alone found, and what it found with the network; `null` for other modes. */
  readonly network: { readonly alone: number; readonly joined: number; readonly kept: boolean } | null
  readonly out: string
}

/**
 * Frames of a log: overlapping, so that what happens is seen when its window is over. Networks are asked at every tenth
 * window, as they were trained.
 */
const FRAMES: Readonly<Record<string, { readonly frame: number; readonly step: number }>> = {
  predictive: { frame: 10, step: 10 },
  published: { frame: 10, step: 10 },
  counts: { frame: COUNTS_WINDOWS, step: 5 },
}
const SHORT_FRAMES = { frame: 5, step: 1 }

/**
 * Trains a detector of any mode on the window counts of normal logs, and writes it.
 * @throws {BaselineError} `too-little-data`, `bad-options`; {MscredError}; {PipelineError} `bad-folder`
 */
export async function trainMscredToFile(run: MscredTrainRun): Promise<MscredTrainSummary> {
  const file = await AtomicFile.create(run.out)
  try {
    const { channels } = await readMapping(run.mapping ?? join(dirname(run.counts), MSCRED_FILES.mapping))
    const { series } = await readWindowTable(run.counts, channelNames(channels))
    const { mode = 'ensemble' } = run
    async function train(name: string, frames: { readonly frame: number; readonly step: number }) {
      let stages = 0
      return trainMultivariate(detectorOfMode(name, { epochs: run.epochs }), series, {
        ...frames,
        ...run.options,
        counts: true,
        signal: run.signal,
        onProgress: (stage) =>
          run.onProgress?.({ step: `training (${stage})`, done: ++stages, total: null, unit: 'epochs', records: 0 }),
      })
    }
    const frames = FRAMES[mode] ?? SHORT_FRAMES
    let model = await train(mode, frames)
    let network: MscredTrainSummary['network'] = null
    if (mode === 'joined') {
      const alone = await train('ensemble', frames)
      const [without, together] = [alone, model].map(({ selfTest }) => recallOf(selfTest))
      network = { alone: without, joined: together, kept: together > without }
      if (!network.kept) model = alone
    }
    await file.append(encodeMultivariate(model))
    await file.commit()
    return {
      format: 'sp-mscred-train',
      version: 1,
      mode: model.mode,
      windows: series.count,
      series: series.names.length,
      heldOutFrames: model.heldOut,
      budget: model.options.budget,
      thresholds: model.thresholds,
      threshold: model.thresholds[model.options.threshold],
      selfTest: model.selfTest,
      network,
      out: run.out,
    }
  } finally {
    await file.discard()
  }
}

/** Share of all planted shocks that were found. */
function recallOf(selfTest: SelfTest | null): number {
  const shocks = selfTest?.shocks ?? []
  const planted = shocks.reduce((sum, shock) => sum + shock.planted, 0)
  return planted === 0 ? 0 : shocks.reduce((sum, { found }) => sum + found, 0) / planted
}
