import { realpath, writeFile } from 'node:fs/promises'
import {
  type BaselineModel,
  type BaselineScores,
  baselinePreview,
  scoreBaseline,
  scoreCompatBaseline,
  trainBaseline,
  writeBaselineScores,
} from '@sp/baseline'
import { countWindows, type WindowCounts } from '@sp/builders'
import { type AnomalyScores, ParsedLogFile, type TemplateTable } from '@sp/log-table'
import { alignTemplates } from './align-templates.js'
import { DETECT_FILES, type DetectSummary } from './detect-summary.js'
import { PipelineError } from './errors.js'
import { jsonText } from './json-file.js'
import { levelShiftRows } from './level-shift-rows.js'
import type { OutputFolder } from './output-folder.js'
import type { RunControl } from './progress.js'
import { splitWindows } from './split-windows.js'

/** How windows of a parsed log are judged. */
export interface DetectRunOptions extends RunControl {
  /** Rows a window, default 50 as in the reference. */
  readonly windowSize?: number
  /** Rows from one window's start to the next, default 25. */
  readonly stride?: number
  /** Share of the windows, earliest first, taken as normal when nothing else says what is; default 0.5. */
  readonly trainShare?: number
  /** Another `parsed.parquet` that holds normal rows only. */
  readonly trainParsed?: string
  /** Share of normal windows that may be flagged, default 0.005. */
  readonly budget?: number
  /** Judge as the reference does: no training, threshold from the judged log itself. */
  readonly compat?: { readonly ewmAlpha: number; readonly q: number }
}

/** What a detection found. */
export interface Detection {
  readonly summary: DetectSummary
  /** The judged windows. */
  readonly windows: WindowCounts
  /** One score a window. */
  readonly scores: AnomalyScores
}

/** Columns that window counts need. */
const COUNTED = ['lineNo', 'source', 'timestamp', 'template'] as const

/**
 * Judges the windows of a `parsed.parquet` and writes `baseline_scores.parquet`, `baseline_preview.json`,
 * `detect_summary.json` and, unless in compat mode, `baseline_model.json`.
 */
export async function detectIntoFolder(
  folder: OutputFolder,
  parsedPath: string,
  options: DetectRunOptions = {},
): Promise<Detection> {
  const judged = await judge(parsedPath, options)
  await writeBaselineScores(folder.file(DETECT_FILES.scores), judged)
  await writeFile(folder.file(DETECT_FILES.preview), jsonText(baselinePreview(judged)))
  if (judged.model)
    await writeFile(folder.file(DETECT_FILES.model), jsonText(modelFile(judged.model, judged.templates)))
  const summary = summarise(judged)
  await writeFile(folder.file(DETECT_FILES.summary), jsonText(summary))
  return { summary, windows: judged.windows, scores: judged.scores }
}

interface Judged {
  readonly rows: number
  readonly windows: WindowCounts
  readonly scores: BaselineScores
  readonly templates: TemplateTable
  readonly normal: WindowCounts | null
  readonly normalRows: number
  readonly model: BaselineModel | null
}

async function judge(parsedPath: string, options: DetectRunOptions): Promise<Judged> {
  const log = await ParsedLogFile.open(parsedPath)
  try {
    const rows = log.rowCount
    if (options.compat) {
      const windows = await count(log, 0, rows, options)
      const scores = scoreCompatBaseline(windows, options.compat)
      return { rows, windows, scores, templates: log.templates, normal: null, normalRows: 0, model: null }
    }
    const { normal, target, normalRows, templates } = await normalAndTarget(log, parsedPath, options)
    if (target.count === 0) {
      throw new PipelineError(
        'too-little-data',
        `${parsedPath}: nothing is left to judge after ${normalRows} normal rows`,
      )
    }
    const model = trainBaseline(normal, { budget: options.budget })
    return { rows, windows: target, scores: scoreBaseline(model, target), templates, normal, normalRows, model }
  } finally {
    await log.close()
  }
}

async function refuseSameFile(judged: string, train: string): Promise<void> {
  if ((await realpath(judged)) !== (await realpath(train).catch(() => ''))) return
  throw new PipelineError('same-data', `${train} is both the normal log and the judged one; leave --train out`)
}

interface Taught {
  readonly normal: WindowCounts
  readonly target: WindowCounts
  readonly normalRows: number
  /** What the codes of both mean. */
  readonly templates: TemplateTable
}

/** The windows that teach and the windows that are judged, by the best knowledge there is of what is normal. */
async function normalAndTarget(log: ParsedLogFile, parsedPath: string, options: DetectRunOptions): Promise<Taught> {
  const { trainShare = 0.5, trainParsed } = options
  if (trainParsed !== undefined) {
    await refuseSameFile(parsedPath, trainParsed)
    const target = await count(log, 0, log.rowCount, options)
    const other = await countOther(trainParsed, options)
    const { windows: normal, templates } = alignTemplates(other.windows, other.templates, log.templates)
    return { normal, target, normalRows: other.rows, templates }
  }
  const { templates } = log
  const windows = await count(log, 0, log.rowCount, options)
  const { normal, target } = splitWindows(windows, trainShare)
  return { normal, target, normalRows: Math.floor(log.rowCount * trainShare), templates }
}

async function count(
  log: ParsedLogFile,
  startRow: number,
  endRow: number,
  { windowSize, stride, onProgress, signal }: DetectRunOptions,
): Promise<WindowCounts> {
  async function* batches() {
    let done = 0
    for await (const batch of log.batches({ columns: COUNTED, startRow, endRow })) {
      signal?.throwIfAborted()
      yield batch
      done += batch.rowCount
      onProgress?.({ step: 'counting', done, total: endRow - startRow, unit: 'rows', records: done })
    }
  }
  return countWindows(batches(), { windowSize, stride, firstRow: startRow })
}

async function countOther(
  path: string,
  options: DetectRunOptions,
): Promise<{ windows: WindowCounts; templates: TemplateTable; rows: number }> {
  const log = await ParsedLogFile.open(path)
  try {
    const windows = await count(log, 0, log.rowCount, options)
    return { windows, templates: log.templates, rows: log.rowCount }
  } finally {
    await log.close()
  }
}

/** The model speaks in codes, which mean nothing outside this run: the ids of its templates go with it. */
function modelFile(model: BaselineModel, templates: TemplateTable): unknown {
  return { ...model, templateIds: templates.slice(0, model.statistics.totals.length).map(({ id }) => id) }
}

function summarise(judged: Judged): DetectSummary {
  const { rows, windows, scores, normal, normalRows, model } = judged
  return {
    format: 'sp-detect',
    version: 1,
    mode: model ? 'calibrated' : 'compat',
    rows,
    windowSize: windows.windowSize,
    stride: windows.stride,
    normalRows,
    normalWindows: normal?.count ?? 0,
    normalTemplates: normal ? new Set(normal.templates).size : 0,
    budget: model?.options.budget ?? null,
    threshold: scores.threshold,
    windows: scores.count,
    anomalies: scores.isAnomaly.reduce((sum, flag) => sum + flag, 0),
    levelShifts: model ? levelShiftRows({ ...judged, model }) : [],
  }
}
