import { BaselineError, type HeldOutFrames, ensembleDetector, trainWithHeldOutFrames } from '@sp/baseline'
import {
  chooseChannels,
  countTimeWindows,
  frameEnds,
  seriesFromWindows,
  sliceSeries,
  type WindowCounts,
  type WindowSeries,
} from '@sp/builders'
import type { TemplateTable } from '@sp/log-table'
import { MscredError, mscredDetector } from '@sp/mscred'
import { mappingOf } from '../mscred/series-mapping.js'
import type { RunControl } from '../progress.js'
import type { SeriesDetector, SeriesDetectorName } from '../series/series-detectors.js'
import { compareNetwork, type NetworkComparison } from './compare-network.js'
import { normalRows } from './normal-rows.js'
import type { TrainSettings } from './train-settings.js'

/** Of a score that is 1 where it is as high as any in held-out data: a fiftieth more or less means nothing. */
export const SERIES_RESOLUTION = 0.02

/** A multivariate detector that was trained, and what it says of the normal rows when it has not seen them. */
export interface TrainedSeriesDetector extends SeriesDetector {
  /** One per row: what the windows say that the row ends, 0 where it ends none. */
  readonly heldOut: Float64Array
}

/** What was trained over series. */
export interface TrainedSeries {
  readonly detectors: readonly TrainedSeriesDetector[]
  /** What the network adds; `null` where none was tried. */
  readonly network: NetworkComparison | { readonly why: string } | null
}

/** Series of the ensemble: a template each, where there are fewer. More cost time by their square. */
const MOST_SERIES = 100
/** Series of the network, as in the published benchmark: it reads each pair of them. */
const NETWORK_SERIES = 30
/** Windows that are learned from, the latest: two weeks of minutes. */
const MOST_POINTS = 20_000
/** Windows that the network learns from, training and held-out part, as in the published benchmark. */
const NETWORK_POINTS = 10_000
/** With fewer windows of time nothing can be said of them. */
const FEWEST_POINTS = 200
/** With fewer rows a window most are empty. */
const FEWEST_ROWS = 1
/** A minute is judged by itself: in a longer frame a burst drowns, and every alarm comes as often as it is long. */
const FRAME = { frame: 1, step: 1 }
/** Frames of the network: what its signature matrices are made of, one after the other. */
const NETWORK_FRAME = { frame: 10, step: 10 }

/**
 * Trains the multivariate detectors on the windows of time of parsed normal logs, whose rows are numbered as if they were
 * one: the ensemble, and the network where it helps.
 * @returns a reason where the logs are too short for windows of time, or have no times
 */
export async function trainSeries(
  parsed: readonly string[],
  {
    templates,
    renamed,
    settings,
    ...control
  }: {
    readonly templates: TemplateTable
    readonly renamed?: ReadonlyMap<string, string>
    readonly settings: TrainSettings
  } & RunControl,
): Promise<TrainedSeries | { readonly why: string }> {
  let rows = 0
  async function* batches() {
    for (const path of parsed) {
      const options = { templates, renamed, columns: COLUMNS, step: 'counting series', ...control }
      for await (const batch of normalRows(path, options)) {
        rows += batch.rowCount
        yield batch
      }
    }
  }
  const windows = await countTimeWindows(batches(), { windowMs: settings.seriesWindowMs })
  return trainSeriesOfWindows({ windows, rows, templates, settings, ...control })
}

/** The same from windows that were counted. */
export async function trainSeriesOfWindows(about: SeriesTraining): Promise<TrainedSeries | { readonly why: string }> {
  const why = unfit(about)
  if (why !== null) return { why }
  try {
    const ensemble = await trainEnsembleOfSeries(about)
    const { kept, network } = await tryNetwork(about)
    return { detectors: [ensemble, ...kept], network }
  } catch (error) {
    if (error instanceof BaselineError && error.code === 'too-little-data') return { why: error.message }
    throw error
  }
}

const COLUMNS = ['lineNo', 'source', 'timestamp', 'template'] as const

function unfit({ windows, rows, settings }: SeriesTraining): string | null {
  const seen = `${rows} lines fill ${windows.count} windows of ${settings.seriesWindowMs / 1000} s`
  if (windows.count < FEWEST_POINTS) return `${seen}, expected ${FEWEST_POINTS} or more`
  return rows < FEWEST_ROWS * windows.count ? `${seen}: most are empty` : null
}

/** What the detectors of series are trained on. */
export interface SeriesTraining extends RunControl {
  /** By time, of rows that are numbered as if they were of one log. */
  readonly windows: WindowCounts
  readonly rows: number
  readonly templates: TemplateTable
  readonly settings: Pick<TrainSettings, 'budget' | 'seed' | 'seriesWindowMs' | 'seriesNetwork' | 'seriesNetworkEpochs'>
}

async function trainEnsembleOfSeries(about: SeriesTraining): Promise<TrainedSeriesDetector> {
  const { settings, signal } = about
  const { all, latest, mapping } = seriesOf(about, { most: MOST_SERIES, points: MOST_POINTS })
  const { model, heldOut } = await trainWithHeldOutFrames(ensembleDetector(), latest, {
    ...FRAME,
    counts: true,
    budget: settings.budget,
    seed: settings.seed,
    signal,
    onProgress: progressOf(about),
  })
  const placed = inAll(heldOut, all.count - latest.count)
  const scores = scoresOfRows(about, { all, heldOut: placed, step: FRAME.step, history: FRAME.frame })
  return { name: 'mscred', mapping, model, heldOut: scores }
}

/** Trains the network and says what it adds to the ensemble; the network itself where it is to be kept. */
async function tryNetwork(
  about: SeriesTraining,
): Promise<{ kept: TrainedSeriesDetector[]; network: TrainedSeries['network'] }> {
  const { settings, signal } = about
  if (settings.seriesNetwork === 'never') return { kept: [], network: null }
  const { seriesNetworkEpochs: epochs } = settings
  const { all, latest, mapping } = seriesOf(about, { most: NETWORK_SERIES, points: NETWORK_POINTS })
  const detector = mscredDetector('predictive', epochs === null ? {} : { epochs })
  const options = { counts: true, budget: settings.budget, seed: settings.seed, signal, onProgress: progressOf(about) }
  try {
    const { model, heldOut } = await trainWithHeldOutFrames(detector, latest, {
      ...NETWORK_FRAME,
      ...options,
      crossFit: false,
    })
    const comparison = await compareNetwork(latest, { detector, model, alone: { ...FRAME, ...options } })
    if (settings.seriesNetwork === 'auto' && !comparison.helps) return { kept: [], network: comparison }
    const name: SeriesDetectorName = 'mscredNetwork'
    const placed = inAll(heldOut, all.count - latest.count)
    const scores = scoresOfRows(about, { all, heldOut: placed, step: NETWORK_FRAME.step, history: comparison.history })
    return { kept: [{ name, mapping, model, heldOut: scores }], network: comparison }
  } catch (error) {
    const tooLittle = [BaselineError, MscredError].some((kind) => error instanceof kind)
    if (tooLittle && (error as { code?: string }).code === 'too-little-data')
      return { kept: [], network: { why: (error as Error).message } }
    throw error
  }
}

/** Frames of the latest points as frames of all. */
function inAll({ end, score }: HeldOutFrames, before: number): HeldOutFrames {
  return { end: end.map((point) => point + before), score }
}

/** All points of the series, and the latest of them, which are learned from. */
function seriesOf(
  { windows, templates, settings }: SeriesTraining,
  { most, points }: { readonly most: number; readonly points: number },
) {
  const channels = chooseChannels(windows, templates, most)
  const all = seriesFromWindows(windows, channels, templates)
  const latest = sliceSeries(all, Math.max(0, all.count - points), all.count)
  return { all, latest, mapping: mappingOf(channels, { ms: settings.seriesWindowMs }, templates) }
}

/**
 * One per row: the highest score of the frames that it ends, of all frames that are judged in use. Where none was held out,
 * because too long ago or because a network was fitted on it, the held-out ones stand in, again and again, so that alarms
 * are as frequent as in use.
 */
function scoresOfRows(
  { windows, rows }: SeriesTraining,
  {
    all,
    heldOut: { end, score },
    step,
    history,
  }: { readonly all: WindowSeries; readonly heldOut: HeldOutFrames; readonly step: number; readonly history: number },
): Float64Array {
  const known = new Map(Array.from(end, (point, f) => [point, score[f]]))
  const apart = Math.max(1, Math.round(step / (end[1] - end[0])))
  const ofRows = new Float64Array(rows)
  frameEnds(all, { longest: history, step }).end.forEach((point, f) => {
    const row = windows.endRow[all.window[point]]
    ofRows[row] = Math.max(ofRows[row], known.get(point) ?? score[(f * apart) % score.length])
  })
  return ofRows
}

function progressOf({ onProgress }: RunControl) {
  let stages = 0
  return (stage: string) =>
    onProgress?.({ step: `training series (${stage})`, done: ++stages, total: null, unit: 'epochs', records: 0 })
}
