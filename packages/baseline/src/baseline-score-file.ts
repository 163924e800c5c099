import type { WindowCounts } from '@sp/builders'
import {
  readTable,
  writeTable,
  type AnomalyScores,
  type CountEvidence,
  type TableColumnType,
  type Template,
  type TemplateTable,
} from '@sp/log-table'
import { BaselineError } from './errors.js'
import type { BaselineScores } from './baseline-scorer.js'

/** A row of `baseline_scores.parquet`: one window. The first seven columns are those of the reference system. */
export interface BaselineScoreRow {
  /** Line number, within its source, of the first row; 0-based. */
  readonly window_start_line: number
  readonly unseen_rate: number
  /** Strongest frequency surprise, −log10 of a probability (in compat mode: the largest z-score). */
  readonly freq_z: number
  /** `freq_z` capped at its 95 % quantile over held-out normal windows and divided by it, 0..1. */
  readonly freq_norm: number
  /** The unseen rate, which is between 0 and 1 as it is. */
  readonly unseen_norm: number
  readonly score: number
  readonly is_anomaly: boolean
  readonly source: string
  /** Line number of the last row. */
  readonly window_end_line: number
  readonly start_row: number
  readonly end_row: number
  /** Milliseconds since 1970, `null` when no line of the window has a time. */
  readonly start_time: number | null
  readonly end_time: number | null
  readonly p_value: number
  readonly threshold: number
  readonly evidence: readonly StoredEvidence[]
}

/** CountEvidence in a file: codes mean nothing outside a run, so the template stands by its id and text. */
export interface StoredEvidence extends Omit<CountEvidence, 'template'> {
  readonly templateId: string
  readonly template: string
}

/** Scores, the windows they belong to, and the table that the codes of both index. */
export interface ScoredWindows {
  readonly scores: BaselineScores
  readonly windows: WindowCounts
  readonly templates: TemplateTable
}

const COLUMNS: Readonly<Record<keyof BaselineScoreRow, TableColumnType>> = {
  window_start_line: 'int32',
  unseen_rate: 'double',
  freq_z: 'double',
  freq_norm: 'double',
  unseen_norm: 'double',
  score: 'double',
  is_anomaly: 'boolean',
  source: 'string',
  window_end_line: 'int32',
  start_row: 'int32',
  end_row: 'int32',
  start_time: 'timestamp',
  end_time: 'timestamp',
  p_value: 'double',
  threshold: 'double',
  evidence: 'json',
}
const NAMES = Object.keys(COLUMNS) as (keyof BaselineScoreRow)[]

/** Writes scores and the windows they belong to as `baseline_scores.parquet`, one row a window. */
export async function writeBaselineScores(path: string, scored: ScoredWindows): Promise<void> {
  const rows = baselinePreview(scored, scored.scores.count)
  await writeTable(
    path,
    NAMES.map((name) => ({ name, type: COLUMNS[name], data: rows.map((row) => row[name]) })),
  )
}

/**
 * Reads a `baseline_scores.parquet` back.
 * @param known the table whose codes the evidence shall speak in
 * @returns the scores, and `known` followed by the templates that only the evidence speaks of
 * @throws {BaselineError} `bad-score-file` when a column is missing
 */
export async function readBaselineScores(
  path: string,
  known: TemplateTable,
): Promise<{ readonly scores: AnomalyScores; readonly templates: TemplateTable }> {
  const table = await readTable(path)
  const missing = NAMES.filter((name) => table[name] === undefined)
  if (missing.length > 0) {
    const what = `${path} lacks the columns ${missing.join(', ')}; score the log again`
    throw new BaselineError('bad-score-file', what)
  }
  const columns = table as Record<keyof BaselineScoreRow, ArrayLike<never>>
  const templates = new EvidenceTemplates(known)
  const scores = {
    detector: 'baseline',
    count: columns.score.length,
    startRow: Int32Array.from(columns.start_row),
    endRow: Int32Array.from(columns.end_row),
    score: Float64Array.from(columns.score),
    pValue: Float64Array.from(columns.p_value, (p: number | null) => p ?? NaN),
    isAnomaly: Uint8Array.from(columns.is_anomaly, Number),
    threshold: columns.threshold[0] ?? NaN,
    evidence: Array.from(columns.evidence, (stored: readonly StoredEvidence[]) =>
      stored.map(({ templateId, template, ...rest }) => ({
        ...rest,
        template: templates.codeOf(templateId, template),
      })),
    ),
  }
  return { scores, templates: templates.table }
}

/** The first rows of `baseline_scores.parquet`, as `baseline_preview.json` shows them. */
export function baselinePreview({ scores, windows, templates }: ScoredWindows, rows = 20): BaselineScoreRow[] {
  return Array.from({ length: Math.min(rows, scores.count) }, (_, w) => ({
    window_start_line: windows.startLine[w],
    unseen_rate: scores.unseenRate[w],
    freq_z: scores.frequency[w],
    freq_norm: scores.frequencyNorm[w],
    unseen_norm: scores.unseenRate[w],
    score: scores.score[w],
    is_anomaly: scores.isAnomaly[w] === 1,
    source: windows.sources[windows.source[w]],
    window_end_line: windows.endLine[w],
    start_row: windows.startRow[w],
    end_row: windows.endRow[w],
    start_time: timeOrNull(windows.startTime[w]),
    end_time: timeOrNull(windows.endTime[w]),
    p_value: scores.pValue[w],
    threshold: scores.threshold,
    evidence: scores.evidence[w].map(({ template, ...rest }) => ({
      ...rest,
      templateId: templates[template].id,
      template: templates[template].text,
    })),
  }))
}

/** A table that takes in the templates that evidence names and it does not hold. */
class EvidenceTemplates {
  readonly table: Template[]
  readonly #codes: Map<string, number>

  constructor(known: TemplateTable) {
    this.table = [...known]
    this.#codes = new Map(known.map(({ id }, code) => [id, code]))
  }

  codeOf(id: string, text: string): number {
    const code = this.#codes.get(id)
    if (code !== undefined) return code
    this.#codes.set(id, this.table.length)
    return this.table.push({ id, text, count: 0 }) - 1
  }
}

function timeOrNull(time: number): number | null {
  return Number.isNaN(time) ? null : time
}
