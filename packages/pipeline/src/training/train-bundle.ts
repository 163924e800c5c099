import { readFile } from 'node:fs/promises'
import type { EnsembleModel } from '@sp/baseline'
import { decodeDeepLog, encodeDeepLog } from '@sp/deeplog'
import { type BaseMiner, EvidenceMiner, restoreMiner } from '@sp/drain'
import type { Source } from '@sp/log-reader'
import { distinctTemplates, writeFileAtomically } from '@sp/log-table'
import type { MaskerOptions } from '@sp/masking'
import { bundleMembers, floatsOfBytes, type LearnedParts } from '../bundle/bundle.js'
import { requireReplaceable, writeBundleFolder } from '../bundle/bundle-folder.js'
import { type BundleManifest, sha256Of } from '../bundle/manifest.js'
import { SEQUENCE_DETECTOR } from '../detector/loaded-bundle.js'
import { PipelineError } from '../errors.js'
import { type LogSegment, type MessageMasker, type ParseLogOptions, segmentOf } from '../parse-log.js'
import type { RunControl } from '../progress.js'
import { parseShards, type ShardOptions } from '../shards/parse-shards.js'
import { VERSION } from '../version.js'
import { finishedTraining } from './finished-training.js'
import { hashSources } from './hash-sources.js'
import { HISTORY_ROWS, normalHistory } from './normal-history.js'
import { heldOutOfSeries, networkChoice, storedDetectors, storeSeries } from './learned-series.js'
import { normalSample } from './normal-sample.js'
import { type NormalLogs, parseNormal } from './parse-normal.js'
import { withReopenable } from './reopenable-sources.js'
import { chooseSessionKey } from './session-choice.js'
import { type RowSample, sampleRows } from './row-sample.js'
import { trainSeries, type TrainedSeriesDetector } from './train-series.js'
import { type SequenceRule, trainSequences, vocabularyOf } from './train-sequences.js'
import { type TrainSettings, trainSettings, type TrainSettingsInput } from './train-settings.js'
import { type HeldOutRows, trainWindows } from './train-windows.js'
import { trainingFolder, TrainingState } from './training-state.js'

/** How a bundle is trained. */
export interface TrainBundleOptions extends TrainSettingsInput, RunControl {
  /** Hides the variable parts of messages; it must have `options`, which the bundle keeps. */
  readonly masker: MessageMasker
  /** Learns the templates; default a new `EvidenceMiner`. */
  readonly miner?: BaseMiner
  readonly reading?: ParseLogOptions['reading']
  /** Threads that read whole files, default 1; see `parseLog`. */
  readonly workers?: number
  /**
   * Parses the logs in shards: by other processes, or on other machines. The bundle is the same. For logs that are files,
   * read as a whole with the formats that there are, and for the default miner.
   */
  readonly shards?: ShardOptions
  /** Milliseconds, for durations in the metadata; without it they are unknown. */
  readonly clock?: () => number
  /** A whole bundle of the same logs and settings is left as it is instead of being made again; default false. */
  readonly reuse?: boolean
}

/** A bundle that was made. */
export interface TrainedBundle {
  readonly path: string
  readonly manifest: BundleManifest
  readonly metadata: TrainingMetadata
  /** True when it was there already: see {@link TrainBundleOptions.reuse}. */
  readonly reused: boolean
}

/** How a bundle was made: `metadata.json`. No part of its hash: names and durations differ from run to run. */
export interface TrainingMetadata {
  readonly format: 'sp-bundle-metadata'
  readonly version: 1
  /** SHA-256 of logs, settings and versions: equal keys, equal bundles. */
  readonly key: string
  /** The normal logs as they were named, and how each was read. */
  readonly sources: NormalLogs['summaries']
  /** Rows that the detectors learned from, and of how many; each stands for `of / rows`. `null`: they learned from all. */
  readonly sample: { readonly rows: number; readonly of: number } | null
  /** Steps in order; `resumed` ones were done by an earlier run. Seconds `null` where nobody measured. */
  readonly steps: readonly { readonly name: string; readonly seconds: number | null; readonly resumed: boolean }[]
}

/** Surprises are in nats; a tenth is the smallest difference that means something (docs/methods/deeplog.md). */
const NATS = 0.1

/**
 * Learns what is normal from logs, or some of their lines, and writes it as a bundle. A training that was killed goes on behind its last finished
 * step when it is started again with the same logs and settings. Same logs and settings, same `manifest.hash`.
 * @throws {PipelineError} `bad-options`, `bad-bundle` when something else has the name, `write-failed`
 * @throws {BaselineError} `too-little-data`
 */
export async function trainBundle(
  logs: readonly (Source | LogSegment)[],
  path: string,
  { masker, miner = EvidenceMiner.create(), reading, workers, shards, clock, reuse, ...others }: TrainBundleOptions,
): Promise<TrainedBundle> {
  const { onProgress, signal, ...given } = others
  const settings = trainSettings(given)
  const masking = maskingOf(masker)
  await requireReplaceable(path)
  return withReopenable(logs.map(segmentOf), trainingFolder(path), async (segments) => {
    const control = { onProgress, signal }
    const sha256 = await hashSources(segments, control)
    const about = { sha256, settings, masking, reading: reading ?? {}, miner: miner.snapshot(), version: VERSION }
    const key = sha256Of(Buffer.from(JSON.stringify(about)))
    const finished = reuse ? await finishedTraining(path, key) : null
    if (finished !== null) return finished
    const state = await TrainingState.open(path, key)
    const steps = new TrainingSteps(state, clock)
    const normal = await steps.run('parse', () =>
      shards === undefined
        ? parseNormal(segments, filesOf(state), { masker, miner, reading, workers, ...control })
        : parseShards(segments, shardFilesOf(state), { masking, miner, reading, shards, ...control }),
    )
    const { parts, detectors, sample } = await learn(steps, { state, settings, masking, normal, ...control })
    const facts = { madeBy: VERSION, settings: { ...settings }, data: dataOf(normal, sha256), detectors }
    const metadata: TrainingMetadata = {
      format: 'sp-bundle-metadata',
      version: 1,
      key,
      sources: normal.summaries,
      sample: sample && { rows: sample.rows, of: sample.of },
      steps: steps.log,
    }
    const manifest = await writeBundleFolder(path, facts, { members: bundleMembers(parts), metadata })
    await state.remove()
    return { path, manifest, metadata, reused: false }
  })
}

type Learning = RunControl & {
  readonly state: TrainingState
  readonly settings: TrainSettings
  readonly masking: MaskerOptions
  readonly normal: NormalLogs
}

/** Trains the detectors, the costly ones first: they give the scores that all are calibrated with. */
async function learn(
  steps: TrainingSteps,
  { state, settings, masking, normal, ...control }: Learning,
): Promise<{ parts: LearnedParts; detectors: BundleManifest['detectors']; sample: RowSample | null }> {
  const { parsed, miner: minerFile } = filesOf(state)
  const miner = await readFile(minerFile, 'utf8')
  const { templates } = distinctTemplates(restoreMiner(JSON.parse(miner)).templates())
  const { mostRows, seed } = settings
  const sample =
    mostRows === null ? null : await steps.run('sample', () => sampleRows(parsed, { mostRows, seed, ...control }))
  const others: HeldOutRows[] = []
  const detectors: BundleManifest['detectors'] = { windows: TRAINED }
  detectors.lines = settings.detectors.includes('lines') ? TRAINED : leftOut(NOT_ASKED)
  const sequences = await learnSequences(steps, { state, settings, templates, sample, ...control })
  detectors.sequences = 'why' in sequences ? leftOut(sequences.why) : TRAINED
  if ('model' in sequences) others.push({ name: SEQUENCE_DETECTOR, scores: sequences.heldOut, resolution: NATS })
  const series = await learnSeries(steps, { state, settings, templates, ...control })
  Object.assign(detectors, series.choice)
  others.push(...heldOutOfSeries(series.detectors))
  const windows = await steps.run('windows', () =>
    trainWindows([parsed], { templates, settings, others, sample, ...control }),
  )
  return {
    detectors,
    sample,
    parts: {
      masking,
      miner,
      templates,
      vocabulary: vocabularyOf(templates),
      layouts: normal.layouts,
      windows: windows as EnsembleModel,
      series: series.detectors,
      sequences: 'why' in sequences ? null : { model: sequences.model, rule: sequences.rule },
      sample: settings.sample ? await normalSample(parsed, normal.layouts) : null,
      history: settings.history
        ? await historyOf(state, { templates, sample, heldOut: 'heldOut' in sequences ? sequences.heldOut : null })
        : null,
    },
  }
}

/** Trains DeepLog, or takes it from where an earlier run has left it. */
async function learnSequences(
  steps: TrainingSteps,
  {
    state,
    settings,
    templates,
    sample,
    ...control
  }: Omit<Learning, 'masking' | 'normal'> & {
    readonly templates: LearnedParts['templates']
    readonly sample: RowSample | null
  },
) {
  if (!settings.detectors.includes('sequences')) return { why: NOT_ASKED }
  const [modelFile, heldOutFile] = [state.file('deeplog.safetensors'), state.file('deeplog-held-out.f64')]
  const { parsed } = filesOf(state)
  const found = await steps.run('sequences', async () => {
    const key = await chooseSessionKey(parsed, settings.sessionKey)
    const trained = await trainSequences(parsed, { key, settings, templates, sample, ...control })
    if ('why' in trained) return trained
    await writeFileAtomically(modelFile, encodeDeepLog(trained.model))
    await writeFileAtomically(heldOutFile, new Uint8Array(trained.heldOut.buffer))
    return { rule: trained.rule }
  })
  if ('why' in found) return found
  return {
    rule: found.rule satisfies SequenceRule,
    // As it will be read from the bundle: weights that were rounded to their format, whether resumed or not.
    model: decodeDeepLog(await readFile(modelFile)),
    heldOut: floatsOfBytes(await readFile(heldOutFile)),
  }
}

/** Trains the detectors of series, or takes them from where an earlier run has left them. */
async function learnSeries(
  steps: TrainingSteps,
  {
    state,
    settings,
    templates,
    ...control
  }: Omit<Learning, 'masking' | 'normal'> & {
    readonly templates: LearnedParts['templates']
  },
): Promise<{ detectors: readonly TrainedSeriesDetector[]; choice: BundleManifest['detectors'] }> {
  if (!settings.detectors.includes('series')) return { detectors: [], choice: { series: leftOut(NOT_ASKED) } }
  const found = await steps.run('series', async () => {
    const trained = await trainSeries([filesOf(state).parsed], { settings, templates, ...control })
    return 'why' in trained ? trained : storeSeries(state, trained)
  })
  if ('why' in found) return { detectors: [], choice: { series: leftOut(found.why) } }
  return { detectors: await storedDetectors(state, found), choice: { series: TRAINED, ...networkChoice(found) } }
}

async function historyOf(
  state: TrainingState,
  {
    templates,
    sample,
    heldOut,
  }: {
    readonly templates: LearnedParts['templates']
    readonly sample: RowSample | null
    readonly heldOut: Float64Array | null
  },
): Promise<LearnedParts['history']> {
  const rows = await normalHistory([filesOf(state).parsed], state.file('history.parquet'), { templates, sample })
  return { rows, surprise: heldOut?.slice(-HISTORY_ROWS) ?? new Float64Array(0) }
}

const NOT_ASKED = 'it was not asked for'
const TRAINED = { trained: true, why: null }

function leftOut(why: string) {
  return { trained: false, why }
}

/** Where the parse step leaves its files. */
function filesOf(state: TrainingState) {
  return { parsed: state.file('parsed.parquet'), miner: state.file('drain_state.json') }
}

function shardFilesOf(state: TrainingState) {
  return { ...filesOf(state), folder: (name: string) => state.file(name) }
}

function dataOf({ sources, lines, records, firstTime, lastTime }: NormalLogs, sha256: string): BundleManifest['data'] {
  return { sha256, sources, lines, records, firstTime, lastTime }
}

/** What the masker was made of, without what says nothing. */
function maskingOf({ options }: MessageMasker): MaskerOptions {
  if (options === undefined) {
    throw new PipelineError('bad-options', 'the masker has no options; use a Masker of @sp/masking')
  }
  return JSON.parse(JSON.stringify(options)) as MaskerOptions
}

/** Runs steps and notes how long each took. */
class TrainingSteps {
  readonly log: TrainingMetadata['steps'][number][] = []

  constructor(
    private readonly state: TrainingState,
    private readonly clock?: () => number,
  ) {}

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const resumed = this.state.finished.includes(name)
    const begin = this.clock?.()
    const found = await this.state.step(name, work)
    const seconds = begin === undefined ? null : (this.clock!() - begin) / 1000
    this.log.push({ name, seconds, resumed })
    return found
  }
}
