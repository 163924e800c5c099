import { readFile, writeFile } from 'node:fs/promises'
import { UNK } from '@sp/builders'
import {
  type AlertOptions,
  type AlertRun,
  decodeDeepLog,
  type DeepLogModel,
  type Drift,
  findDrift,
  raiseAlerts,
  scoreDeepLog,
  scoreValues,
  type ValueScores,
} from '@sp/deeplog'
import { writeTable } from '@sp/log-table'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import type { OutputFolder } from '../output-folder.js'
import type { RunControl } from '../progress.js'
import { UNFIT } from '../report/unfit-remark.js'
import { alertColumns, type AlertRow, alertRows } from './alert-table.js'
import { readSequencesSummary, requireParsedOf, requireSessionsOf } from './build-sequences.js'
import { DEEPLOG_FILES } from './deeplog-files.js'
import { type Judgement, JudgedSequences } from './judged-sequences.js'
import { readNumericValues, readRawLines } from './numeric-values.js'
import { readSequences, sessionsOfTable } from './sequence-table.js'
import { isAnomalous, sessionColumns } from './session-columns.js'

/** What an inference reads, and how it judges. */
export interface DeepLogInferRun extends RunControl, Partial<Pick<Judgement, 'topK' | 'topP' | 'entityColumn'>> {
  /** `sequences.parquet` */
  readonly sequences: string
  readonly model: DeepLogModel
  /** `parsed.parquet` of the same logs: for the parameter-value model, and for raw lines in alerts. */
  readonly parsed?: string
  readonly alerts?: AlertOptions
}

/** What was found: `deeplog_summary.json`; the first eight keys are those of the reference system. */
export interface DeepLogSummary {
  /** Lines judged. */
  readonly total_sequences: number
  readonly total_failures: number
  readonly total_novels: number
  readonly total_alerts: number
  readonly alerts_by_type: Readonly<Record<string, number>>
  /** Stretches of activity of the entities. */
  readonly total_sessions: number
  readonly entities_analyzed: number
  readonly novelty_aggregation: readonly NovelTemplate[]
  readonly format: 'sp-deeplog'
  readonly version: 1
  /** Share of the lines outside the top k (or p). */
  readonly violation_rate: number
  readonly top_k: number
  readonly top_p: number | null
  readonly judged_sessions: number
  /** Before drift is told once instead of for each session. */
  readonly flagged_sessions: number
  /** Flagged and no drift. */
  readonly anomalous_sessions: number
  readonly rows_without_session: number
  readonly drift: DriftSummary | null
  /** Share of the events of the sessions that are of templates unknown to the model. */
  readonly unknown_share: number
  /** Values that were learned of which this log holds none: `1` is the first; `null` where values were not judged. */
  readonly values_not_judged: readonly { readonly template: string; readonly column: string }[] | null
  /** What a reader must know before trusting the rest: sentences, most often none. */
  readonly remarks: readonly string[]
}

/** An unknown template with all its lines. */
export interface NovelTemplate {
  readonly template_id: string
  readonly template: string
  readonly count: number
  /** ISO 8601; `null` without times. */
  readonly first: string | null
  readonly last: string | null
  readonly nearest_template: string | null
  /** 0 to 1. */
  readonly similarity: number | null
}

/** A lasting change of what is normal, told once. */
export interface DriftSummary {
  /** ISO 8601; `null` without times. */
  readonly time: string | null
  readonly first_session: string
  readonly sessions: number
  /** Share of the sessions since then. */
  readonly share: number
  /** What these sessions hold more or less often than those of training. */
  readonly templates: readonly { readonly template: string; readonly before: number; readonly after: number }[]
}

/** What an inference found. */
export interface DeepLogInference {
  readonly summary: DeepLogSummary
  readonly alerts: readonly AlertRow[]
}

/**
 * Reads a model that `trainDeepLogToFile` wrote.
 * @throws {DeepLogError} `bad-model`
 * @throws {PipelineError} `bad-folder` when it cannot be read
 */
export async function readDeepLog(path: string): Promise<DeepLogModel> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('bad-folder', `cannot read the model ${path} (${reason}); run "sp deeplog-train"`, {
      cause,
    })
  }
  return decodeDeepLog(bytes)
}

/**
 * Judges sequences: `deeplog_infer.parquet` (lines), `deeplog_sessions.parquet`, `deeplog_alerts.parquet`,
 * `deeplog_summary.json`. Templates are looked up in the model's vocabulary by their ids, whatever index the sequences
 * give them: no other vocabulary can be used by mistake.
 * @throws {PipelineError} `bad-options`, `bad-folder`
 */
export async function inferDeepLogIntoFolder(folder: OutputFolder, run: DeepLogInferRun): Promise<DeepLogInference> {
  const { model, parsed, signal, onProgress } = run
  const { topK = model.calibration.topK, topP = null, entityColumn = 'host' } = run
  requireTop(topK, topP)
  const built = await readSequencesSummary(run.sequences)
  requireSessionsOf(model, built)
  if (parsed !== undefined) await requireParsedOf(built, parsed)
  const table = await readSequences(run.sequences)
  const gathered = sessionsOfTable(table, (place) => model.vocabulary.indexOf(table.templateId[place] ?? ''))
  function tell(done: number): void {
    onProgress?.({ step: 'judging', done, total: table.count, unit: 'rows', records: done })
  }
  tell(0)
  const scores = await scoreDeepLog(model, gathered.sessions, { topK: run.topK, signal })
  const judged = new JudgedSequences({ table, gathered, scores, model, topK, topP, entityColumn })
  const alertRun = raiseAlerts(judged.events, run.alerts)
  tell(table.count)
  const values = parsed === undefined ? null : await valueScores(model, parsed, signal)
  const raw = parsed === undefined ? null : await readRawLines(parsed, { signal })
  const alerts = alertRows(judged, alertRun, { values, raw, cooldownMs: run.alerts?.cooldownNoveltyMs ?? 60_000 })
  const drift = findDrift(gathered.sessions, model, { isFlagged: scores.fused.isAnomaly })
  const drifted = new Set(drift?.sessions)
  const unknownShare = unknownShareOf(gathered.sessions.events)
  const summary: DeepLogSummary = {
    ...countsOf(judged, alertRun, alerts),
    format: 'sp-deeplog',
    version: 1,
    violation_rate: judged.isFailure.reduce((sum, failed) => sum + failed, 0) / Math.max(judged.count, 1),
    top_k: topK,
    top_p: topP,
    judged_sessions: gathered.sessions.count,
    flagged_sessions: scores.fused.isAnomaly.reduce((sum, flagged) => sum + flagged, 0),
    anomalous_sessions: gathered.sessions.keys.filter((_, s) => isAnomalous(s, scores, drifted)).length,
    rows_without_session: table.session.reduce((sum, session) => sum + (session < 0 ? 1 : 0), 0),
    drift: drift && driftSummary(drift, { keys: gathered.sessions.keys, model }),
    unknown_share: unknownShare,
    values_not_judged:
      values && values.columnsNotJudged.map(({ template, column }) => ({ template: textOf(model, template), column })),
    remarks: unknownShare > UNFIT ? [unfitRemark(unknownShare)] : [],
  }
  await writeTable(folder.file(DEEPLOG_FILES.events), judged.columns(alertRun))
  await writeTable(folder.file(DEEPLOG_FILES.alerts), alertColumns(alerts))
  await writeTable(folder.file(DEEPLOG_FILES.sessions), sessionColumns(table, gathered, { scores, drift }))
  await writeFile(folder.file(DEEPLOG_FILES.summary), jsonText(summary))
  return { summary, alerts }
}

async function valueScores(
  { values, vocabulary }: DeepLogModel,
  parsed: string,
  signal?: AbortSignal,
): Promise<ValueScores | null> {
  return values && scoreValues(values, await readNumericValues(parsed, { vocabulary, model: values, signal }))
}

function unknownShareOf(events: Int32Array): number {
  return events.reduce((sum, event) => sum + (event === UNK ? 1 : 0), 0) / Math.max(events.length, 1)
}

function unfitRemark(share: number): string {
  return (
    `the model does not fit this log: ${(share * 100).toFixed(0)} % of its events are of templates that the model does ` +
    'not know; parse it with the miner state of the training log, or train on logs of this kind'
  )
}

function requireTop(topK: number, topP: number | null): void {
  if (Number.isInteger(topK) && topK >= 1 && (topP === null || (topP > 0 && topP <= 1))) return
  throw new PipelineError('bad-options', `top k ${topK}, top p ${topP}; expected a whole k of 1 or more, 0 < p ≤ 1`)
}

function countsOf(judged: JudgedSequences, run: AlertRun, alerts: readonly AlertRow[]) {
  const byType: Record<string, number> = {}
  for (const { alert_type: type } of alerts) byType[type] = (byType[type] ?? 0) + 1
  return {
    total_sequences: judged.count,
    total_failures: judged.isFailure.reduce((sum, failed) => sum + failed, 0),
    total_novels: judged.isNovel.reduce((sum, novel) => sum + novel, 0),
    total_alerts: alerts.length,
    alerts_by_type: byType,
    total_sessions: run.sessions,
    entities_analyzed: run.entities,
    novelty_aggregation: novelTemplates(judged),
  }
}

function novelTemplates(judged: JudgedSequences): NovelTemplate[] {
  const events = new Map<string, number[]>()
  judged.isNovel.forEach((novel, event) => {
    if (!novel) return
    const id = judged.events.template[event]
    const known = events.get(id)
    if (known) known.push(event)
    else events.set(id, [event])
  })
  const { time } = judged.events
  return [...events].map(([id, own]) => {
    const nearest = judged.nearest(own[0])
    return {
      template_id: id,
      template: judged.table.template[judged.places[own[0]]] ?? '',
      count: own.length,
      first: isoTime(own.reduce((least, event) => Math.min(least, time[event]), Infinity)),
      last: isoTime(own.reduce((most, event) => Math.max(most, time[event]), -Infinity)),
      nearest_template: nearest?.text ?? null,
      similarity: nearest?.similarity ?? null,
    }
  })
}

function driftSummary(
  { firstSession, time, sessions, share, templates }: Drift,
  { keys, model }: { keys: readonly string[]; model: DeepLogModel },
): DriftSummary {
  return {
    time: isoTime(time),
    first_session: keys[firstSession],
    sessions: sessions.length,
    share,
    templates: templates.map(({ event, before, after }) => ({
      template: textOf(model, event),
      before,
      after,
    })),
  }
}

function textOf({ texts, vocabulary }: DeepLogModel, event: number): string {
  return texts[event] ?? vocabulary.nameOf(event) ?? ''
}

function isoTime(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString() : null
}
