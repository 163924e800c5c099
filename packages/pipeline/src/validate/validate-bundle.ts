import { basename } from 'node:path'
import { bootstrapInterval, type Incident, type Labels } from '@sp/evaluation'
import type { Source } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { readBundleFolder } from '../bundle/bundle-folder.js'
import { PipelineError } from '../errors.js'
import type { RunControl } from '../progress.js'
import {
  type BundleMeasure,
  type JudgedWindow,
  type KindRecall,
  measureBundle,
  plantedSample,
  recallByKind,
  textSource,
} from './measure-bundle.js'
import { measureStream, type Meters, type StreamMeasure } from './measure-stream.js'
import type { PlantedLog } from './plant-incidents.js'
import {
  bandOf,
  type CriterionScore,
  type NormalFigures,
  type ScoreBand,
  scoreCalibration,
  scoreDetection,
  scoreFalseAlarms,
  scoreIntegrity,
  scoreLatency,
  scoreMemory,
  scoreStability,
} from './rubric.js'
import { tellsIncident, TOLD_WITHIN, toldIncidents } from './tells-incident.js'

/** How a bundle is validated. */
export interface ValidateOptions extends RunControl, Meters {
  /** Lines that training did not know: normal ones, or, with `labels`, ones of which it is known what is wrong. */
  readonly log?: readonly Source[]
  /** Of one of the sources of `log`. */
  readonly labels?: Labels
  /** What is planted follows from it; default 1. */
  readonly seed?: number
}

/** How many of a set of incidents were found. */
export interface RecallFigure {
  readonly incidents: number
  readonly found: number
  readonly recall: number
  /** 95 % bootstrap interval over the incidents. */
  readonly interval: { readonly low: number; readonly high: number } | null
}

/** What was found of planted incidents, and beside them. */
export interface PlantedRecall extends RecallFigure {
  readonly kinds: readonly KindRecall[]
  readonly findings: number
  /** Findings that tell none of the incidents. */
  readonly elsewhere: number
}

/** How good a bundle is: a score from 0 to 100 and where each point comes from. */
export interface BundleValidation {
  readonly format: 'sp-validation'
  readonly version: 1
  readonly bundle: string
  readonly bundleHash: string
  /** Sum of the points, rounded to tenths. */
  readonly score: number
  readonly band: ScoreBand
  readonly criteria: readonly CriterionScore[]
  /** Incidents planted into the bundle's sample; `null` without a sample. */
  readonly planted: PlantedRecall | null
  /** `null` without labels. */
  readonly labelled: (RecallFigure & { readonly missed: readonly string[] }) | null
  readonly normal: Omit<NormalFigures, 'pValues'>
  readonly stream: Omit<StreamMeasure, 'findings'>
  /** What the score does not say: parts left out of the bundle, lines that nobody knew. */
  readonly remarks: readonly string[]
}

/** A validation together with the log that was made for it. */
export interface Validated {
  readonly validation: BundleValidation
  readonly planted: PlantedLog | null
}

const SAMPLE = 'planted.log'

/**
 * Scores a bundle by the rubric of docs/methods/validation.md: what it finds of incidents planted into its own sample and
 * of labelled ones, what it flags of normal lines, and whether it is whole, stable, quick and small.
 * @throws {PipelineError} `bad-bundle`; `too-little-data` where there is nothing to find: neither a sample nor labels
 */
export async function validateBundle(path: string, options: ValidateOptions): Promise<Validated> {
  const { log, labels, seed = 1, ...control } = options
  const bundle = await loadBundle(path)
  const planted = await plantedSample(bundle, seed)
  if (planted === null && labels === undefined) throw nothingToFind(bundle)
  const ofPlanted = planted && (await measureBundle(bundle, [plantedSource(bundle, planted)], control))
  const ofSample = bundle.sample && (await measureBundle(bundle, [textSource('sample', bundle.sample)], control))
  const ofLog = log && log.length > 0 ? await measureBundle(bundle, log, control) : null
  const stream = await measureStream(bundle, streamedText(bundle, planted), control)
  const normal = normalFigures(bundle, { ofSample: ofSample || null, ofLog, labels })
  const found = planted && ofPlanted ? plantedRecall(planted, ofPlanted.findings) : null
  const labelled = labels && ofLog ? labelledRecall(labels, ofLog.findings) : null
  const isUnchanged = (await readBundleFolder(path)).manifest.hash === bundle.manifest.hash
  const criteria = [
    scoreDetection({
      plantedRecall: found && meanOfKinds(found.kinds),
      planted: found?.incidents ?? 0,
      labelledRecall: labelled?.recall ?? null,
      labelled: labelled?.incidents ?? 0,
      flaggedNormal: normal.windows === 0 ? 0 : normal.flagged / normal.windows,
    }),
    scoreFalseAlarms(normal),
    scoreCalibration(normal),
    scoreIntegrity(Object.keys(bundle.manifest.members).length, isUnchanged),
    scoreStability(...agreementOf(stream.findings, ofPlanted?.findings ?? stream.findings)),
    scoreLatency(stream.p99Ms, stream.linesPerSecond),
    scoreMemory(stream.peakBytes),
  ]
  const score = Math.round(10 * criteria.reduce((sum, { points }) => sum + points, 0)) / 10
  return {
    planted,
    validation: {
      format: 'sp-validation',
      version: 1,
      bundle: path,
      bundleHash: bundle.manifest.hash,
      score,
      band: bandOf(score),
      criteria,
      planted: found,
      labelled,
      normal: plainNormal(normal),
      stream: plainStream(stream),
      remarks: remarksOn(bundle, { ofLog, planted }),
    },
  }
}

function nothingToFind({ path }: Bundle): PipelineError {
  return new PipelineError(
    'too-little-data',
    `the bundle ${path} keeps no sample to plant incidents into, or one too short; give a log with labels, or train it with a sample`,
  )
}

function plantedSource(bundle: Bundle, { text }: PlantedLog): Source {
  return textSource(SAMPLE, text, bundle.manifest.data.lastTime)
}

/** What is streamed: the planted log, or an empty one where there is none. */
function streamedText({ manifest }: Bundle, planted: PlantedLog | null) {
  return { source: SAMPLE, text: planted?.text ?? '', nowMs: manifest.data.lastTime ?? undefined }
}

/** Normal windows: of the given log where there is one, away from what labels name; else of the sample. */
function normalFigures(
  { windows: model }: Bundle,
  {
    ofSample,
    ofLog,
    labels,
  }: {
    readonly ofSample: BundleMeasure | null
    readonly ofLog: BundleMeasure | null
    readonly labels: Labels | undefined
  },
): NormalFigures {
  const { windowSize, stride } = model.baseline
  const chosen = ofLog ? normalWindows(ofLog.windows, labels) : (ofSample?.windows ?? [])
  const ofGiven = labels ? 'the log outside its labelled incidents' : 'the log'
  return {
    windows: chosen.length,
    flagged: chosen.filter(({ isAnomaly }) => isAnomaly).length,
    pValues: chosen.map(({ pValue }) => pValue),
    overlap: Math.max(1, windowSize / stride),
    budget: model.budget,
    from: ofLog ? ofGiven : 'the bundle’s own sample, which training knew',
  }
}

function normalWindows(windows: readonly JudgedWindow[], labels: Labels | undefined): readonly JudgedWindow[] {
  if (labels === undefined) return windows
  return windows.filter(
    ({ source, firstLine, lastLine }) =>
      basename(source) !== labels.source ||
      !labels.incidents.some(
        (incident) => firstLine <= incident.lastLine + TOLD_WITHIN && lastLine >= incident.firstLine,
      ),
  )
}

function plantedRecall(planted: PlantedLog, findings: readonly Finding[]): PlantedRecall {
  const told = toldIncidents(findings, planted.incidents)
  const elsewhere = findings.filter(
    (finding) => !planted.incidents.some((incident) => tellsIncident(finding, incident)),
  )
  const kinds = recallByKind(planted, findings)
  return { ...recallFigure(told), kinds, findings: findings.length, elsewhere: elsewhere.length }
}

function labelledRecall({ source, incidents }: Labels, findings: readonly Finding[]) {
  const own = findings.filter((finding) => basename(finding.source) === source)
  const told = toldIncidents(own, incidents)
  const missed = incidents.filter((_: Incident, i) => !told[i]).map(({ id }) => id)
  return { ...recallFigure(told), missed }
}

/** Share of incidents found, with its interval. */
export function recallFigure(told: readonly boolean[]): RecallFigure {
  function recallOf(indices: Iterable<number>, count: number): number | null {
    let found = 0
    for (const i of indices) found += Number(told[i])
    return count === 0 ? null : found / count
  }
  const found = told.filter((one) => one).length
  const interval = bootstrapInterval(told.length, (indices) => recallOf(indices, indices.length), { seed: 1 })
  return { incidents: told.length, found, recall: told.length === 0 ? 0 : found / told.length, interval }
}

function meanOfKinds(kinds: readonly KindRecall[]): number {
  const planted = kinds.filter((kind) => kind.planted > 0)
  return planted.reduce((sum, { found, planted: count }) => sum + found / count, 0) / planted.length
}

/** How many findings are the same on both sides, and how many there are. */
function agreementOf(a: readonly Finding[], b: readonly Finding[]): [same: number, all: number] {
  const texts = new Set(a.map((finding) => JSON.stringify(finding)))
  const same = b.filter((finding) => texts.has(JSON.stringify(finding))).length
  return [same, a.length + b.length - same]
}

function remarksOn(
  { manifest }: Bundle,
  { ofLog, planted }: { readonly ofLog: BundleMeasure | null; readonly planted: PlantedLog | null },
): string[] {
  const leftOut = Object.entries(manifest.detectors).filter(([, { trained }]) => !trained)
  return [
    ...leftOut.map(([name, { why }]) => `the detector of ${name} was left out: ${why}`),
    ...(planted === null ? ['the bundle keeps no sample (or too short a one): nothing was planted or streamed'] : []),
    ...(ofLog
      ? [`${(100 * ofLog.unknown).toFixed(1)} % of the records of the log are of templates that training did not know`]
      : []),
  ]
}

function plainNormal({ windows, flagged, overlap, budget, from }: NormalFigures): BundleValidation['normal'] {
  return { windows, flagged, overlap, budget, from }
}

function plainStream({ lines, medianMs, p99Ms, linesPerSecond, peakBytes }: StreamMeasure): BundleValidation['stream'] {
  return { lines, medianMs, p99Ms, linesPerSecond, peakBytes }
}
