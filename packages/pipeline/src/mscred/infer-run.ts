import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scoreMultivariate, type MultivariateModel, type MultivariateScores, type ThresholdRule } from '@sp/baseline'
import { channelNames } from '@sp/builders'
import { writeTable, type TableColumnType } from '@sp/log-table'
import { decodeMultivariate, detectorOfMode } from '@sp/mscred'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { RunControl } from '../progress.js'
import { MSCRED_FILES } from './mscred-files.js'
import { readMapping, type SeriesMapping } from './series-mapping.js'
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
  readonly frames: number
  readonly anomalies: number
  /** Share of the frames. */
  readonly anomaly_rate: number
  readonly threshold: number
  /** What the threshold follows from, `given` for a number that was given. */
  readonly threshold_method: ThresholdRule | 'given'
  /** Share of normal frames that may alarm, where the threshold follows from it. */
  readonly budget: number
  /** Lines of templates that training did not hold. */
  readonly unknown_lines: number
}

/** A piece of evidence in a file: the template stands by its id and text. */
interface StoredSeries {
  readonly series: string
  readonly templateId: string | null
  readonly template: string | null
  readonly direction: 'up' | 'down'
  readonly deviation: number
  readonly surprise: number
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
 * @throws {BaselineError} `bad-options` when the counts were built with another mapping than the model's
 */
export async function inferMscredIntoFolder(folder: OutputFolder, run: MscredInferRun): Promise<MscredSummary> {
  const { model, signal } = run
  const mapping = await readMapping(run.mapping ?? join(dirname(run.counts), MSCRED_FILES.mapping))
  const names = channelNames(mapping.channels)
  const table = await readWindowTable(run.counts, names)
  signal?.throwIfAborted()
  const judge = await detectorOfMode(model.mode).open(model.parameters, model.options)
  let scores: MultivariateScores
  try {
    run.onProgress?.({ step: 'judging', done: 0, total: table.series.count, unit: 'windows', records: 0 })
    scores = await scoreMultivariate(model, judge, table.series)
  } finally {
    await judge.dispose()
  }
  const rule = run.rule ?? model.options.threshold
  const threshold = run.threshold ?? model.thresholds[rule]
  await writeFrames(folder.file(MSCRED_FILES.windows), { scores, threshold, table, mapping })
  const anomalies = scores.score.reduce((sum, score) => sum + Number(score > threshold), 0)
  const { values } = table.series
  let unknown = 0
  for (let t = 1; t <= table.series.count; t++) unknown += values[t * names.length - 1]
  const summary: MscredSummary = {
    format: 'sp-mscred',
    version: 1,
    mode: model.mode,
    windows: table.series.count,
    frames: scores.count,
    anomalies,
    anomaly_rate: scores.count === 0 ? 0 : anomalies / scores.count,
    threshold,
    threshold_method: run.threshold === undefined ? rule : 'given',
    budget: model.options.budget,
    unknown_lines: unknown,
  }
  await writeFile(folder.file(MSCRED_FILES.summary), jsonText(summary))
  return summary
}

const COLUMNS = {
  window_idx: 'int32',
  start_index: 'int32',
  reconstruction_error: 'double',
  is_anomaly: 'boolean',
  threshold: 'double',
  source: 'string',
  window_end_line: 'int32',
  start_row: 'int32',
  end_row: 'int32',
  start_time: 'timestamp',
  end_time: 'timestamp',
  p_value: 'double',
  evidence: 'json',
} as const satisfies Record<string, TableColumnType>

interface JudgedTable {
  readonly scores: MultivariateScores
  readonly threshold: number
  readonly table: WindowTable
  readonly mapping: SeriesMapping
}

async function writeFrames(path: string, { scores, threshold, table, mapping }: JudgedTable): Promise<void> {
  const { start, end, score, pValue } = scores
  const data: Record<keyof typeof COLUMNS, ArrayLike<unknown>> = {
    window_idx: end,
    start_index: start.map((t) => table.startLine[t]),
    reconstruction_error: score,
    is_anomaly: Array.from(score, (value) => value > threshold),
    threshold: score.map(() => threshold),
    source: Array.from(end, (t) => table.source[t]),
    window_end_line: end.map((t) => table.endLine[t]),
    start_row: start.map((t) => table.startRow[t]),
    end_row: end.map((t) => table.endRow[t]),
    start_time: Float64Array.from(start, (t) => table.startTime[t]),
    end_time: Float64Array.from(end, (t) => table.endTime[t]),
    p_value: pValue,
    evidence: scores.causes.map((causes) =>
      causes.map(({ series, deviation, surprise }) =>
        storedSeries(table.series.names[series], mapping, { deviation, surprise }),
      ),
    ),
  }
  const columns = Object.entries(COLUMNS).map(([name, type]) => ({
    name,
    type,
    data: data[name as keyof typeof COLUMNS],
  }))
  await writeTable(path, columns)
}

function storedSeries(
  series: string,
  { channels, texts }: SeriesMapping,
  { deviation, surprise }: { readonly deviation: number; readonly surprise: number },
): StoredSeries {
  const templateId = channels.templates.includes(series) ? series : null
  return {
    series,
    templateId,
    template: templateId === null ? null : (texts[templateId] ?? null),
    direction: deviation < 0 ? 'down' : 'up',
    deviation: Math.abs(deviation),
    surprise,
  }
}
