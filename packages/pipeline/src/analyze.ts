import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { BaseMiner } from '@sp/drain'
import type { Source } from '@sp/log-reader'
import { loadBundle } from './bundle/bundle.js'
import type { BundleManifest } from './bundle/manifest.js'
import { PipelineError } from './errors.js'
import { type Inference, type InferOptions, inferIntoFolder } from './infer/infer-run.js'
import { type OutputFolder, writeOutput } from './output-folder.js'
import type { MessageMasker, ParseLogOptions } from './parse-log.js'
import type { RunControl } from './progress.js'
import { spoolSource } from './spool-source.js'
import { trainBundle } from './training/train-bundle.js'
import type { TrainSettingsInput } from './training/train-settings.js'
import { splitForTraining, type TrainingSplit } from './training-split.js'

/** How a log is analysed in one go. */
export interface AnalyzeOptions extends RunControl {
  /** Known normal logs; without them the first `trainShare` of the judged log is taken as normal. */
  readonly train?: readonly Source[]
  /** Default 0.5. */
  readonly trainShare?: number
  readonly masker: MessageMasker
  /** Learns the templates of the normal part; default a new `EvidenceMiner`. */
  readonly miner?: BaseMiner
  readonly reading?: ParseLogOptions['reading']
  /** Threads that read and mask whole files, default 1; see `parseLog`. */
  readonly workers?: number
  /** How it is learned; by default without a network, which takes seconds instead of minutes. */
  readonly settings?: TrainSettingsInput
  readonly report?: Omit<InferOptions, keyof RunControl | 'reading' | 'workers' | 'normal'>
}

/** What an analysis learned and found. */
export interface Analysis extends Inference {
  readonly training: Pick<BundleManifest, 'data' | 'settings' | 'detectors'>
  /** File name → path. */
  readonly files: Record<string, string>
}

/**
 * From raw logs to a report in one go, into one folder: what is normal is learned into a bundle that serves for this run
 * alone, and the rest is judged with it. Nothing of the judged part is learned, so a line of a new kind is seen as new.
 * @throws {PipelineError} `too-little-data`, `same-data`, `write-failed`; and what training and inference throw
 */
export async function analyze(
  sources: readonly Source[],
  outDir: string,
  { settings, report, ...options }: AnalyzeOptions,
): Promise<Analysis> {
  const { masker, miner, reading, workers, onProgress, signal } = options
  const how = { reading, workers, onProgress, signal }
  const { result, files } = await writeOutput(outDir, async (folder) => {
    const split = await trainingSplit(sources, folder, options)
    const learned = join(folder.stagingPath, 'bundle')
    const whole = { detectors: ['lines' as const], ...defined(settings) }
    const once = { sample: false, history: false }
    const { manifest, metadata } = await trainBundle(split.normal, learned, {
      ...whole,
      ...once,
      masker,
      miner,
      ...how,
    })
    const bundle = await loadBundle(learned)
    const inference = await inferIntoFolder(folder, bundle, split.target, {
      ...report,
      ...how,
      normal: metadata.sources,
    })
    return { training: manifest, ...inference }
  })
  return { ...result, files }
}

function defined(settings: TrainSettingsInput = {}): TrainSettingsInput {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

async function trainingSplit(
  sources: readonly Source[],
  folder: OutputFolder,
  { train, trainShare = 0.5, ...control }: AnalyzeOptions,
): Promise<TrainingSplit> {
  if (train) {
    await refuseSameSource(sources, train)
    return { normal: train.map((source) => ({ source })), target: sources.map((source) => ({ source })) }
  }
  const reopenable: Source[] = []
  for (const source of sources) {
    // Finding the cut reads the log once, parsing it once more; standard input and pipes can be read only once.
    const spool = join(folder.stagingPath, `spool-${reopenable.length}.log`)
    reopenable.push(source.probe ? source : await spoolSource(source, spool))
  }
  return splitForTraining(reopenable, trainShare, control)
}

async function refuseSameSource(sources: readonly Source[], train: readonly Source[]): Promise<void> {
  const judged = new Set(await Promise.all(sources.map(identityOf)))
  for (const source of train) {
    if (!judged.has(await identityOf(source))) continue
    throw new PipelineError(
      'same-data',
      `${source.name} is given both as normal (--train) and as the log to judge; a log judged by itself shows nothing. ` +
        'Leave --train out to learn from its first part',
    )
  }
}

/** The file behind a name, however it is written; the name itself for what is no file. */
function identityOf({ name }: Source): Promise<string> {
  return realpath(name).catch(() => name)
}
