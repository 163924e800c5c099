import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  judgedFrames,
  scoreMultivariate,
  type MultivariateModel,
  type MultivariateScores,
  type SelfTest,
  type ThresholdRule,
} from '@sp/baseline'
import { channelNames } from '@sp/builders'
import { writeTable } from '@sp/log-table'
import { decodeMultivariate, detectorOfMode } from '@sp/mscred'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { RunControl } from '../progress.js'
import { frameColumns, scalesColumn, storedSeries, type FrameRow } from './frame-table.js'
import { MSCRED_FILES } from './mscred-files.js'
import { readMapping, type SeriesMapping, windowText } from './series-mapping.js'
import { readWindowTable, type WindowTable } from './window-table.js'

/** What an inference reads, and how it judges. */
export interface MscredInferRun extends RunControl {
  /** `window_counts.parquet`, built with the mapping of the training. */
  readonly counts: string
  /** `template_mapping.json`; default the one beside the counts. */
  readonly mapping?: string
  readonly model: MultivariateModel
  /** Default that of the model. */
  readonly rule?: ThresholdRule
  /** A score of its own instead of a rule. */
  readonly threshold?: number
}

/** What was found: `mscred_summary.json`. */
export interface MscredSummary {
  readonly format: 'sp-mscred'
  readonly version: 1
  readonly mode: string
  readonly windows: number
  /** Those that could be judged. */
  readonly frames: number
  /** Frames of which the model says nothing, for want of windows before them; they stand in no table. */
  readonly not_judged: number
  readonly anomalies: number
  /** Share of the frames. */
  readonly anomaly_rate: number
  readonly threshold: number
  /** What the threshold follows from, `given` for a number that was given. */
  readonly threshold_method: ThresholdRule | 'given'
  /** Share of normal frames that may alarm, where the threshold follows from it. */
  readonly budget: number
  /** Lines of templates that training did not hold, once for each window that holds them. */
  readonly unknown_lines: number
  /** Recall on shocks planted into held-out windows of the log of the training; `null` where none were. */
  readonly self_test: SelfTest | null
}

/** Reads a model that `trainMscredToFile` wrote. @throws {MscredError} `bad-model`; {PipelineError} `bad-folder` */
export async function readMscred(path: string): Promise<MultivariateModel> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('bad-folder', `cannot read the model ${path} (${reason}); run "sp mscred-train"`, {
      cause,
    })
  }
  return decodeMultivariate(bytes)
}

/**
 * Judges the windows of a log: `mscred_infer.parquet`, a row a frame of windows with the lines it covers, and
 * `mscred_summary.json`.
 * @throws {BaselineError} `bad-options` when the counts were built with another mapping than the model's; {PipelineError}
 * `bad-folder` when they are of other windows, `too-little-data` when no frame can be judged
 */
export async function inferMscredIntoFolder(folder: OutputFolder, run: MscredInferRun): Promise<MscredSummary> {
  const { model, signal } = run
  const mapping = await readMapping(run.mapping ?? join(dirname(run.counts), MSCRED_FILES.mapping))
  requireSameWindows(model, mapping, run.counts)
  const names = channelNames(mapping.channels)
  const table = await readWindowTable(run.counts, names)
  signal?.throwIfAborted()
  const judge = await detectorOfMode(model.mode).open(model.parameters, model.options)
  let all: MultivariateScores
  try {
    run.onProgress?.({ step: 'judging', done: 0, total: table.series.count, unit: 'windows', records: 0 })
    all = await scoreMultivariate(model, judge, table.series)
  } finally {
    await judge.dispose()
  }
  const judged = judgedFrames(all.parts)
  if (judged.length === 0) throw tooFewWindows(model, table)
  const rule = run.rule ?? model.options.threshold
  const threshold = run.threshold ?? model.thresholds[rule]
  const rows = frameRows({ scores: all, judged, threshold, table, mapping })
  await writeTable(folder.file(MSCRED_FILES.windows), [...frameColumns(rows), scalesColumn(all, judged)])
  const anomalies = rows.filter(({ isAnomaly }) => isAnomaly).length
  const { values } = table.series
  let unknown = 0
  for (let t = 1; t <= table.series.count; t++) unknown += values[t * names.length - 1]
  const summary: MscredSummary = {
    format: 'sp-mscred',
    version: 1,
    mode: model.mode,
    windows: table.series.count,
    frames: rows.length,
    not_judged: all.count - rows.length,
    anomalies,
    anomaly_rate: anomalies / rows.length,
    threshold,
    threshold_method: run.threshold === undefined ? rule : 'given',
    budget: model.options.budget,
    unknown_lines: unknown,
    self_test: model.selfTest,
  }
  await writeFile(folder.file(MSCRED_FILES.summary), jsonText(summary))
  return summary
}

/** Counts of other windows would be judged as if something had happened, or nothing had. */
function requireSameWindows({ points }: MultivariateModel, { window }: SeriesMapping, counts: string): void {
  const seen = windowText(window)
  if (points === undefined || points === seen) return
  const expected = `the model judges ${points}; give "sp build-mscred" the mapping of the training`
  throw new PipelineError('bad-folder', `${counts} has ${seen}, ${expected}`)
}

function tooFewWindows({ mode, options }: MultivariateModel, { series }: WindowTable): PipelineError {
  const needed = detectorOfMode(mode).needs ?? options.frame
  const seen = `${series.count} windows hold no frame that can be judged: ${mode} needs ${needed} windows in a row`
  return new PipelineError('too-little-data', `${seen}; give a longer log`)
}

interface JudgedTable {
  readonly scores: MultivariateScores
  readonly judged: readonly number[]
  readonly threshold: number
  readonly table: WindowTable
  readonly mapping: SeriesMapping
}

function frameRows({ scores, judged, threshold, table, mapping }: JudgedTable): FrameRow[] {
  const { start, end, score, pValue, causes } = scores
  return judged.map((f) => ({
    window: end[f],
    source: table.source[end[f]],
    startLine: table.startLine[start[f]],
    endLine: table.endLine[end[f]],
    startRow: table.startRow[start[f]],
    endRow: table.endRow[end[f]],
    startTime: table.startTime[start[f]],
    endTime: table.endTime[end[f]],
    score: score[f],
    threshold,
    isAnomaly: score[f] > threshold,
    pValue: pValue[f],
    series: storedSeries(causes[f], mapping),
  }))
}
