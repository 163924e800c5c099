import { dirname, join } from 'node:path'
import { trainMultivariate, type MultivariateModel, type MultivariateOptions, type SelfTest } from '@sp/baseline'
import { channelNames } from '@sp/builders'
import { AtomicFile } from '@sp/log-table'
import { COUNTS_WINDOWS, detectorOfMode, encodeMultivariate } from '@sp/mscred'
import type { RunControl } from '../progress.js'
import { FEWEST_SHOCKS } from '../training/compare-network.js'
import { MSCRED_FILES } from './mscred-files.js'
import { readMapping, windowText } from './series-mapping.js'
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

/** What a network adds to the ensemble, of the same shocks and with the same budget, so with as many false alarms. */
export interface NetworkGain {
  readonly planted: number
  /** Share that the ensemble alone found, and that it found with the network. */
  readonly alone: number
  readonly joined: number
  /** It is kept where it finds more, of 20 shocks at least: with fewer a difference may be chance. */
  readonly kept: boolean
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
  /** Of `joined`; `null` for other modes. */
  readonly network: NetworkGain | null
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
    const { channels, window } = await readMapping(run.mapping ?? join(dirname(run.counts), MSCRED_FILES.mapping))
    const { series } = await readWindowTable(run.counts, channelNames(channels))
    const { mode = 'ensemble' } = run
    const { needs } = detectorOfMode(mode)
    async function train(name: string, frames: { readonly frame: number; readonly step: number }) {
      let stages = 0
      return trainMultivariate(detectorOfMode(name, { epochs: run.epochs }), series, {
        ...frames,
        ...run.options,
        counts: true,
        shockHistory: needs,
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
      network = gainOf(alone.selfTest, model.selfTest)
      if (!network.kept) model = alone
    }
    await file.append(encodeMultivariate({ ...model, points: windowText(window) }))
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

/** By the same shocks: both trainings were told what past each has to itself. */
function gainOf(alone: SelfTest | null, joined: SelfTest | null): NetworkGain {
  const [{ planted, found }, together] = [countsOf(alone), countsOf(joined)]
  const kept = planted >= FEWEST_SHOCKS && together.found > found
  return { planted, alone: found / (planted || 1), joined: together.found / (planted || 1), kept }
}

/** All planted shocks, and those that were found. */
function countsOf(selfTest: SelfTest | null): { readonly planted: number; readonly found: number } {
  const shocks = selfTest?.shocks ?? []
  return {
    planted: shocks.reduce((sum, shock) => sum + shock.planted, 0),
    found: shocks.reduce((sum, { found }) => sum + found, 0),
  }
}
