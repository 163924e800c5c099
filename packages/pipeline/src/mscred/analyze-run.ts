import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SelfTest } from '@sp/baseline'
import { LogTableError, readTable } from '@sp/log-table'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { MscredSummary } from './infer-run.js'
import { MSCRED_FILES } from './mscred-files.js'

/** Spread of the scores of a log. */
export interface ErrorStatistics {
  readonly count: number
  readonly mean: number
  readonly std: number
  readonly min: number
  readonly max: number
  readonly median: number
  readonly q75: number
  readonly q95: number
  readonly q99: number
}

/** A frame that scored high. */
export interface HighFrame {
  readonly source: string
  /** First and last line, 0-based. */
  readonly start_index: number
  readonly window_end_line: number
  readonly reconstruction_error: number
  readonly p_value: number
  readonly is_anomaly: boolean
  /** The strangest series, in words: `closed session <*>: 4.1 deviations less`. */
  readonly series: readonly string[]
}

/** Which lines both detectors flagged. */
export interface BaselineOverlap {
  /** Flagged frames that touch a flagged window of the baseline, and those that do not. */
  readonly both: number
  readonly only_mscred: number
  /** Flagged windows of the baseline that touch no flagged frame. */
  readonly only_baseline: number
  /** `both / (both + only_mscred + only_baseline)`, 0 where nothing is flagged. */
  readonly jaccard: number
}

/** What is left of an inference: `mscred_analysis.json`. */
export interface MscredAnalysis {
  readonly format: 'sp-mscred-analysis'
  readonly version: 1
  readonly statistics: ErrorStatistics
  readonly threshold: number | null
  readonly anomalies: number
  readonly anomaly_rate: number
  /** Flagged frames, in the order of the log. */
  readonly flagged: readonly HighFrame[]
  /** Highest scores, flagged or not. */
  readonly highest: readonly HighFrame[]
  /** `null` where the folder has no `baseline_scores.parquet`. */
  readonly overlap: BaselineOverlap | null
  /** Shocks planted into the log of the training; `null` where none were, or the folder has no `mscred_summary.json`. */
  readonly self_test: SelfTest | null
}

const SHOWN = { flagged: 20, highest: 10 } as const

/**
 * Analyses a `mscred_infer.parquet` and its overlap with the baseline: `mscred_analysis.json`, `mscred_report.md`.
 * @throws {LogTableError} `missing-file`; {PipelineError} `bad-folder` when a file is not what an earlier step writes
 */
export async function analyzeMscredIntoFolder(folder: OutputFolder, dataFolder: string): Promise<MscredAnalysis> {
  const frames = framesOf(await tableWith(join(dataFolder, MSCRED_FILES.windows), FRAME_COLUMNS, 'sp mscred-infer'))
  const flagged = frames.filter(({ is_anomaly: flag }) => flag)
  const analysis: MscredAnalysis = {
    format: 'sp-mscred-analysis',
    version: 1,
    statistics: statisticsOf(frames.map(({ reconstruction_error: error }) => error)),
    threshold: frames[0]?.threshold ?? null,
    anomalies: flagged.length,
    anomaly_rate: frames.length === 0 ? 0 : flagged.length / frames.length,
    flagged: flagged.slice(0, SHOWN.flagged).map(shown),
    highest: [...frames]
      .sort((a, b) => b.reconstruction_error - a.reconstruction_error)
      .slice(0, SHOWN.highest)
      .map(shown),
    overlap: await overlapWithBaseline(dataFolder, flagged),
    self_test: await selfTestOf(dataFolder),
  }
  await writeFile(folder.file(MSCRED_FILES.analysis), jsonText(analysis))
  await writeFile(folder.file(MSCRED_FILES.report), reportText(analysis))
  return analysis
}

const FRAME_COLUMNS = ['start_index', 'reconstruction_error', 'is_anomaly', 'threshold']
const WINDOW_COLUMNS = ['window_start_line', 'is_anomaly']

/** A table that has these columns at least. */
async function tableWith(path: string, columns: readonly string[], madeBy: string) {
  const table = await readTable(path)
  const missing = columns.find((name) => table[name] === undefined)
  if (missing === undefined) return table
  throw new PipelineError('bad-folder', `${path} has no column ${missing}; run "${madeBy}" again`)
}

type Frame = HighFrame & { readonly threshold: number }

function framesOf(table: Record<string, ArrayLike<unknown>>): Frame[] {
  return Array.from({ length: table.start_index.length }, (_, f) => ({
    source: String(table.source?.[f] ?? ''),
    start_index: Number(table.start_index[f]),
    window_end_line: Number(table.window_end_line?.[f] ?? table.start_index[f]),
    reconstruction_error: Number(table.reconstruction_error[f]),
    p_value: Number(table.p_value?.[f] ?? NaN),
    is_anomaly: table.is_anomaly[f] === true,
    threshold: Number(table.threshold[f]),
    series: ((table.evidence?.[f] ?? []) as readonly Record<string, unknown>[]).map(seriesText),
  }))
}

function shown({ threshold: _, ...frame }: Frame): HighFrame {
  return frame
}

function seriesText({ series, template, direction, deviation }: Record<string, unknown>): string {
  const size = Math.abs(Number(deviation)).toFixed(1)
  return `${template ?? series}: ${size} deviations ${direction === 'down' ? 'less' : 'more'}`
}

function statisticsOf(errors: readonly number[]): ErrorStatistics {
  const ascending = Float64Array.from(errors).sort()
  const count = ascending.length
  const mean = ascending.reduce((sum, error) => sum + error, 0) / Math.max(1, count)
  const variance = ascending.reduce((sum, error) => sum + (error - mean) ** 2, 0) / Math.max(1, count)
  function at(share: number): number {
    const place = (count - 1) * share
    const below = Math.floor(place)
    const [low, high] = [ascending[below] ?? 0, ascending[Math.min(below + 1, count - 1)] ?? 0]
    return low + (high - low) * (place - below)
  }
  return {
    count,
    mean,
    std: Math.sqrt(variance),
    min: at(0),
    max: at(1),
    median: at(0.5),
    q75: at(0.75),
    q95: at(0.95),
    q99: at(0.99),
  }
}

async function selfTestOf(dataFolder: string): Promise<SelfTest | null> {
  const path = join(dataFolder, MSCRED_FILES.summary)
  try {
    const summary = JSON.parse(await readFile(path, 'utf8')) as MscredSummary | null
    return summary?.self_test ?? null
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    if (!(cause instanceof SyntaxError)) throw cause
    throw new PipelineError('bad-folder', `${path} is not JSON; run "sp mscred-infer" again`, { cause })
  }
}

async function overlapWithBaseline(dataFolder: string, flagged: readonly HighFrame[]): Promise<BaselineOverlap | null> {
  const path = join(dataFolder, 'baseline_scores.parquet')
  const table = await tableWith(path, WINDOW_COLUMNS, 'sp detect').catch((error: unknown) => {
    if (error instanceof LogTableError && error.code === 'missing-file') return null
    throw error
  })
  if (table === null) return null
  const baseline = Array.from(
    table.is_anomaly.length === 0 ? [] : Array.from({ length: table.is_anomaly.length }, (_, w) => w),
  )
    .filter((w) => table.is_anomaly[w] === true)
    .map((w) => ({
      source: String(table.source?.[w] ?? ''),
      start_index: Number(table.window_start_line[w]),
      window_end_line: Number(table.window_end_line?.[w] ?? table.window_start_line[w]),
    }))
  const both = flagged.filter((frame) => baseline.some((window) => touch(frame, window))).length
  const onlyMscred = flagged.length - both
  const onlyBaseline = baseline.filter((window) => !flagged.some((frame) => touch(frame, window))).length
  const all = both + onlyMscred + onlyBaseline
  return { both, only_mscred: onlyMscred, only_baseline: onlyBaseline, jaccard: all === 0 ? 0 : both / all }
}

type Lines = Pick<HighFrame, 'source' | 'start_index' | 'window_end_line'>

function touch(a: Lines, b: Lines): boolean {
  return a.source === b.source && a.start_index <= b.window_end_line && b.start_index <= a.window_end_line
}

function reportText({
  statistics,
  threshold,
  anomalies,
  anomaly_rate: rate,
  flagged,
  highest,
  overlap,
  self_test: selfTest,
}: MscredAnalysis): string {
  const numbers = Object.entries(statistics).map(
    ([name, value]) => `| ${name} | ${name === 'count' ? value : value.toFixed(4)} |`,
  )
  const lines = [
    '# Multivariate detection',
    '',
    `${anomalies} of ${statistics.count} frames (${(100 * rate).toFixed(2)} %) score above ${threshold?.toFixed(4) ?? 'the threshold'}.`,
    '',
    '## Scores',
    '',
    '| | |',
    '|---|---:|',
    ...numbers,
  ]
  if (overlap) {
    lines.push(
      '',
      '## Beside the baseline',
      '',
      `${overlap.both} flagged frames touch a flagged window of the baseline, ${overlap.only_mscred} do not; ` +
        `${overlap.only_baseline} windows are flagged by the baseline alone (Jaccard ${overlap.jaccard.toFixed(2)}).`,
    )
  }
  if (selfTest) lines.push('', '## What this model finds', '', ...selfTestText(selfTest))
  lines.push('', '## Flagged frames', '', ...framesText(flagged, anomalies))
  lines.push('', '## Highest scores', '', ...framesText(highest, highest.length))
  return lines.join('\n') + '\n'
}

function selfTestText({ shocks, why }: SelfTest): string[] {
  if (why !== null) return [`No shocks could be planted into the log of the training to see what is found: ${why}.`]
  const rows = shocks.map(({ shock, planted, found, named }) => `| ${shock} | ${planted} | ${found} | ${named} |`)
  return [
    'Shocks of one series, planted into held-out windows of the log of the training; named: their series is among the first three.',
    '',
    '| shock | planted | found | named |',
    '|---|---:|---:|---:|',
    ...rows,
  ]
}

function framesText(frames: readonly HighFrame[], count: number): string[] {
  if (frames.length === 0) return ['None.']
  const rows = frames.map(
    ({ source, start_index: start, window_end_line: end, reconstruction_error: error, series }) => {
      const where = `${source}:${start + 1}–${end + 1}`
      return `| ${[where, error.toFixed(3), series.join('<br>')].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
    },
  )
  const rest = count > frames.length ? ['', `… and ${count - frames.length} more`] : []
  return ['| lines | score | series |', '|---|---:|---|', ...rows, ...rest]
}
