import { cp, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { sessionKey } from '@sp/builders'
import {
  decodeDeepLog,
  DeepLogError,
  type DeepLogUpdate,
  encodeDeepLog,
  updateDeepLog,
  type UpdateReport,
} from '@sp/deeplog'
import { EvidenceMiner, restoreMiner } from '@sp/drain'
import type { Source } from '@sp/log-reader'
import { distinctTemplates, ParsedLogFile, type TemplateTable, writeFileAtomically } from '@sp/log-table'
import { type Bundle, bundleMembers, floatsOfBytes, type LearnedParts, loadBundle } from '../bundle/bundle.js'
import { requireReplaceable, writeBundleFolder } from '../bundle/bundle-folder.js'
import { type BundleManifest, sha256Of } from '../bundle/manifest.js'
import { SEQUENCE_DETECTOR } from '../detector/loaded-bundle.js'
import { PipelineError } from '../errors.js'
import { type LogSegment, type ParseLogOptions, segmentOf } from '../parse-log.js'
import type { RunControl } from '../progress.js'
import { VERSION } from '../version.js'
import { compareUpdate, refuseWorse, type UpdateComparison } from './compare-update.js'
import { hashSources } from './hash-sources.js'
import { HISTORY_ROWS, normalHistory } from './normal-history.js'
import { heldOutOfSeries, networkChoice, storedDetectors, storeSeries } from './learned-series.js'
import { normalSample } from './normal-sample.js'
import { type NormalLogs, parseNormal } from './parse-normal.js'
import { withPresentNames } from './renamed-vocabulary.js'
import { withReopenable } from './reopenable-sources.js'
import { sessionsOf, surpriseOfRows, textsOf, vocabularyOf } from './train-sequences.js'
import { trainSettings, type TrainSettingsInput } from './train-settings.js'
import { trainSeries, type TrainedSeriesDetector } from './train-series.js'
import { type HeldOutRows, trainWindows } from './train-windows.js'
import { trainingFolder, TrainingState } from './training-state.js'

/** How a bundle is updated. */
export interface UpdateBundleOptions extends RunControl {
  /** Where the updated bundle goes; default where the old one is, which is kept beside it. */
  readonly out?: string
  readonly reading?: ParseLogOptions['reading']
  /** Threads that read whole files, default 1; see `parseLog`. */
  readonly workers?: number
  /** Take the update even where the bundle got worse; default false. */
  readonly force?: boolean
}

/** A bundle that has learned more. */
export interface UpdatedBundle {
  readonly path: string
  readonly manifest: BundleManifest
  /** Where the old bundle lies now; `null` where it was not moved. */
  readonly backup: string | null
  readonly newRecords: number
  /** Rows of the old bundle that were learned again, together with the new ones. */
  readonly oldRecords: number
  readonly newTemplates: number
  /** What the update did to DeepLog; `null` where the bundle has none. */
  readonly sequences: UpdateReport | { readonly why: string } | null
  readonly comparison: UpdateComparison
}

/**
 * Teaches a bundle further normal logs. The miner and the DeepLog network go on from what they know (rows of known events
 * keep their weights, old sessions are replayed); counts and thresholds are found anew from the rows that the bundle
 * remembers and the new ones. The old bundle is left as it is, or kept beside its successor.
 * @throws {PipelineError} `bad-bundle` when the bundle remembers no rows
 * @throws {DeepLogError} `update-refused` when old sessions would suffer
 * @throws {PipelineError} `update-refused` when it flags more of the old normal lines, or finds fewer planted incidents
 */
export async function updateBundle(
  logs: readonly (Source | LogSegment)[],
  path: string,
  { out = path, force = false, reading, workers, onProgress, signal }: UpdateBundleOptions = {},
): Promise<UpdatedBundle> {
  const control = { onProgress, signal }
  const old = await loadBundle(path)
  const history = requireHistory(old)
  await requireReplaceable(out)
  return withReopenable(logs.map(segmentOf), trainingFolder(out), async (segments) => {
    const sha256 = await hashSources(segments, control)
    const key = { update: old.manifest.hash, sha256, reading: reading ?? {}, version: VERSION }
    const state = await TrainingState.open(out, sha256Of(Buffer.from(JSON.stringify(key))))
    const parsed = state.file('parsed.parquet')
    const minerFile = state.file('drain_state.json')
    const normal = await state.step('parse', () =>
      parseNormal(
        segments,
        { parsed, miner: minerFile },
        { masker: old.masker, miner: old.templates.fork(), reading, workers, ...control },
      ),
    )
    const oldRows = state.file('old.parquet')
    await writeFileAtomically(oldRows, history.rows)
    const learned = await learnMore(state, { old, oldRows, parsed, minerFile, normal, ...control })
    const about = aboutUpdate(old, { normal, sha256, detectors: learned.detectors })
    const members = bundleMembers(learned.parts)
    const candidate = state.file('candidate')
    await writeBundleFolder(candidate, about, { members, metadata: {} })
    const comparison = await compareUpdate(old, await loadBundle(candidate), { fresh: segments, reading, ...control })
    if (!force) refuseWorse(comparison, old.windows.budget)
    const backup = resolve(out) === resolve(path) ? await keepAside(path, old.manifest.hash) : null
    const manifest = await writeBundleFolder(out, about, {
      members,
      metadata: {
        format: 'sp-bundle-metadata',
        version: 1,
        updated: old.manifest.hash,
        sources: normal.summaries,
        steps: [],
      },
    })
    await state.remove()
    const { parts, sequences, oldRecords } = learned
    const newTemplates = countNew(parts.templates, old, learned.renamed)
    return { path: out, manifest, backup, newRecords: normal.records, oldRecords, newTemplates, sequences, comparison }
  })
}

type Update = RunControl & {
  readonly old: Bundle
  readonly oldRows: string
  readonly parsed: string
  readonly minerFile: string
  readonly normal: NormalLogs
}

async function learnMore(state: TrainingState, { old, oldRows, parsed, minerFile, normal, ...control }: Update) {
  const minerText = await readFile(minerFile, 'utf8')
  const miner = restoreMiner(JSON.parse(minerText))
  const renamed = miner instanceof EvidenceMiner ? miner.history() : new Map<string, string>()
  const { templates } = distinctTemplates(miner.templates())
  const sequences = await moreSequences(state, { old, parsed, templates, renamed, ...control })
  const settings = settingsOf(old)
  const surprise = await allSurprise(old, oldRows, sequences)
  const others: HeldOutRows[] = surprise ? [{ name: SEQUENCE_DETECTOR, scores: surprise, resolution: 0.1 }] : []
  const series = await seriesAgain(state, { parsed: [oldRows, parsed], templates, renamed, settings, ...control })
  others.push(...heldOutOfSeries(series.detectors))
  const windows = await state.step('windows', () =>
    trainWindows([oldRows, parsed], { templates, renamed, settings, others, ...control }),
  )
  const rows = await normalHistory([oldRows, parsed], state.file('history.parquet'), { templates, renamed })
  const parts: LearnedParts = {
    masking: old.masker.options,
    miner: minerText,
    templates,
    vocabulary: sequences.model?.vocabulary ?? vocabularyOf(templates),
    layouts: layoutsOf(normal, old),
    windows,
    series: series.detectors,
    sequences: sequences.model && old.sequences ? { model: sequences.model, rule: old.sequences.rule } : null,
    sample: old.sample === null ? null : longerSample(old.sample, await normalSample(parsed, normal.layouts)),
    history: { rows, surprise: surprise?.slice(-HISTORY_ROWS) ?? new Float64Array(0) },
  }
  const oldRecords = await rowsOf(oldRows)
  const detectors = { ...old.manifest.detectors, ...series.choice }
  return { parts, renamed, detectors, sequences: sequences.report, oldRecords }
}

/** DeepLog with the new sessions, or as it was where these are too few. */
async function moreSequences(
  state: TrainingState,
  {
    old,
    parsed,
    templates,
    renamed,
    ...control
  }: RunControl & {
    readonly old: Bundle
    readonly parsed: string
    readonly templates: TemplateTable
    readonly renamed: ReadonlyMap<string, string>
  },
) {
  if (old.sequences === null) return { model: null, report: null, heldOut: null }
  const { rule } = old.sequences
  const before = withPresentNames(old.sequences.model, renamed)
  const vocabulary = before.vocabulary.extend(templates.map(({ id }) => id))
  const [modelFile, heldOutFile] = [state.file('deeplog.safetensors'), state.file('deeplog-held-out.f64')]
  const report = await state.step('sequences', async () => {
    const key = rule.key === null ? null : sessionKey(rule.key)
    const { sessions, rows } = await sessionsOf(parsed, { key, maxEvents: rule.maxEvents, vocabulary, ...control })
    let update: DeepLogUpdate
    try {
      update = updateDeepLog(before, {
        sessions,
        vocabulary,
        texts: textsOf(templates, vocabulary),
        signal: control.signal,
      })
    } catch (error) {
      if (!(error instanceof DeepLogError) || error.code !== 'too-little-data') throw error
      return { why: error.message, rows }
    }
    for await (const { stage, epoch, epochs } of update) {
      control.onProgress?.({
        step: `updating sequences (${stage})`,
        done: epoch,
        total: epochs,
        unit: 'epochs',
        records: 0,
      })
    }
    await writeFileAtomically(modelFile, encodeDeepLog(update.model))
    const heldOut = surpriseOfRows(sessions, { rows, surprise: update.heldOutSurprise })
    await writeFileAtomically(heldOutFile, new Uint8Array(heldOut.buffer))
    return update.report
  })
  if (!('why' in report)) {
    return {
      model: decodeDeepLog(await readFile(modelFile)),
      report,
      heldOut: floatsOfBytes(await readFile(heldOutFile)),
    }
  }
  const model = { ...before, vocabulary: before.vocabulary }
  return { model, report: { why: report.why }, heldOut: new Float64Array(report.rows) }
}

/** The detectors of series, from the remembered rows and the new ones: they take seconds, where there is no network. */
async function seriesAgain(
  state: TrainingState,
  { parsed, ...options }: Parameters<typeof trainSeries>[1] & { readonly parsed: readonly string[] },
): Promise<{ detectors: readonly TrainedSeriesDetector[]; choice: BundleManifest['detectors'] }> {
  if (!options.settings.detectors.includes('series')) return { detectors: [], choice: {} }
  const found = await state.step('series', async () => {
    const trained = await trainSeries(parsed, options)
    return 'why' in trained ? trained : storeSeries(state, trained)
  })
  if ('why' in found) return { detectors: [], choice: { series: { trained: false, why: found.why } } }
  const choice = { series: { trained: true, why: null }, ...networkChoice(found) }
  return { detectors: await storedDetectors(state, found), choice }
}

/** Held-out surprise of the remembered rows and of the new ones; `null` without DeepLog. */
async function allSurprise(
  old: Bundle,
  oldRows: string,
  { heldOut }: { readonly heldOut: Float64Array | null },
): Promise<Float64Array | null> {
  if (heldOut === null) return null
  const before = old.history!.surprise
  const count = await rowsOf(oldRows)
  const all = new Float64Array(count + heldOut.length)
  all.set(before.subarray(Math.max(0, before.length - count)))
  all.set(heldOut, count)
  return all
}

async function rowsOf(parsed: string): Promise<number> {
  const log = await ParsedLogFile.open(parsed)
  await log.close()
  return log.rowCount
}

function requireHistory({ path, history }: Bundle) {
  if (history !== null) return history
  throw new PipelineError(
    'bad-bundle',
    `the bundle ${path} remembers no rows to learn from again; train a new one on the old and the new logs, with history`,
  )
}

/** The settings that the old bundle was trained with. */
function settingsOf({ manifest }: Bundle) {
  return trainSettings(manifest.settings as TrainSettingsInput)
}

/** The old layouts, and those that only the new logs have. */
function layoutsOf(normal: NormalLogs, { layouts }: Bundle): LearnedParts['layouts'] {
  const known = new Set(layouts.map((layout) => JSON.stringify(layout)))
  return [...layouts, ...normal.layouts.filter((layout) => !known.has(JSON.stringify(layout)))]
}

function aboutUpdate(
  old: Bundle,
  {
    normal,
    sha256,
    detectors,
  }: { readonly normal: NormalLogs; readonly sha256: string; readonly detectors: BundleManifest['detectors'] },
) {
  const before = old.manifest.data
  const times = [before.firstTime, normal.firstTime].filter((time) => time !== null)
  const lastTimes = [before.lastTime, normal.lastTime].filter((time) => time !== null)
  return {
    madeBy: VERSION,
    settings: old.manifest.settings,
    data: {
      sha256: sha256Of(Buffer.from(`${before.sha256} ${sha256}`)),
      sources: before.sources + normal.sources,
      lines: before.lines + normal.lines,
      records: before.records + normal.records,
      firstTime: times.length > 0 ? Math.min(...times) : null,
      lastTime: lastTimes.length > 0 ? Math.max(...lastTimes) : null,
    },
    detectors,
  }
}

/** Templates that are not what one of the old ones has become. */
function countNew(
  templates: TemplateTable,
  { templates: { templates: old } }: Bundle,
  renamed: ReadonlyMap<string, string>,
) {
  const known = new Set(old.map(({ id }) => renamed.get(id) ?? id))
  return templates.filter(({ id }) => !known.has(id)).length
}

/** A copy of the old bundle under another name, before it is replaced. */
async function keepAside(path: string, hash: string): Promise<string> {
  const whole = resolve(path)
  const backup = join(dirname(whole), `${basename(whole)}.${hash.slice(0, 8)}`)
  try {
    await cp(whole, backup, { recursive: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('write-failed', `cannot keep the old bundle as ${backup} (${reason}); give another --out`, {
      cause,
    })
  }
  return backup
}

/** Lines of a sample that say something. */
const ENOUGH_LINES = 1_000

/** The newer sample, where it is long enough to plant incidents into. */
function longerSample(old: string, fresh: string): string {
  const [before, now] = [old, fresh].map((text) => text.split('\n').length)
  return now >= Math.min(before, ENOUGH_LINES) ? fresh : old
}
