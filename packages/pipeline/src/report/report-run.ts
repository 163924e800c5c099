import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type Finding, ParsedLogFile } from '@sp/log-table'
import {
  type EarlierIncident,
  type Language,
  type Report,
  ReportBuilder,
  type ReportOptions,
  type RunFacts,
} from '@sp/report'
import { type DetectSummary, readDetectSummary } from '../detect-summary.js'
import { PipelineError } from '../errors.js'
import { INFER_FILES } from '../infer/infer-files.js'
import type { OutputFolder } from '../output-folder.js'
import { PARSE_FILES, readParseSummary } from '../parse-summary.js'
import type { RunControl } from '../progress.js'
import { baselineResults, firstJudgedRow } from './baseline-results.js'
import { deepLogResults } from './deeplog-results.js'
import { LineIndex } from './line-index.js'
import { type LogSurvey, surveyLog } from './log-survey.js'
import { mscredResults } from './mscred-results.js'
import { readFindings } from './read-findings.js'
import type { StepContext, StepResults } from './step-results.js'
import { StepTemplates } from './step-templates.js'
import { readSavedReport, readWholeReport, type ReportFormat, writeReport } from './write-report.js'

/** How a report is made and what it is written as. */
export interface ReportRunOptions extends ReportOptions, RunControl {
  /** Default {@link DEFAULT_FORMATS}. */
  readonly formats?: readonly ReportFormat[]
  /** Default `en`. */
  readonly language?: Language
  readonly title?: string
  /** Records shown before and after the first line of evidence; default 3. */
  readonly contextLines?: number
  /** Folder or `report.json` of an earlier run, whose incidents are named where these are like them. */
  readonly previous?: string
}

/**
 * Turns what the steps left in a processed folder (`sp detect`, `sp deeplog-infer`, `sp mscred-infer`: whichever there
 * is) into incidents with their raw lines, and writes the report. Of a folder of `sp infer` or `sp analyze`, which reported
 * already, the same report is written as what is asked for now.
 * @param processed folder that `parse` and at least one detector wrote into
 * @throws {PipelineError} `bad-folder` when a step is missing or results and rows are of different runs
 */
export async function reportIntoFolder(
  folder: OutputFolder,
  processed: string,
  options: ReportRunOptions = {},
): Promise<Report> {
  if (await isJudged(processed)) return writeAgain(folder, processed, options)
  const { maxIncidents, maxLines, contextLines = 3, title, signal } = options
  const earlier = options.previous === undefined ? [] : await earlierIncidents(options.previous)
  const parse = await readParseSummary(processed)
  const detect = await detectSummaryOf(processed)
  const log = await ParsedLogFile.open(join(processed, PARSE_FILES.parsed))
  try {
    refuseOtherRun(processed, { parsed: parse.rows, judged: detect?.rows ?? parse.rows, stored: log.rowCount })
    const budget = detect?.budget ?? null
    const thresholds: Record<string, number> = detect ? { baseline: detect.threshold } : {}
    const builder = new ReportBuilder({ budget, thresholds, maxIncidents, maxLines })
    const normalRows = detect ? await firstJudgedRow(processed) : 0
    const survey = await surveyLog(log, builder, { ...options, parse, normalRows })
    const templates = new StepTemplates(log.templates, survey.isKnown)
    const results = await stepResults(processed, {
      log,
      detect,
      survey,
      templates,
      onUnit: (unit) => builder.addUnit(unit),
    })
    const strange = results.flatMap((result) => result.strange)
    const source = { log, segments: survey.segments, templates, contextLines, signal }
    const found: Finding[] = []
    for await (const { finding, isFlagged } of readFindings(strange, source)) {
      if (isFlagged) found.push(finding)
      else builder.addNearMiss(finding)
    }
    // As a stream would have told them: what ends first comes first, whatever judged it.
    for (const finding of inOrder(found, survey.segments)) builder.addFinding(finding)
    const report = builder.report(factsOf({ detect, survey, results, budget }), { title, earlier })
    await writeReport(folder, report, options)
    return report
  } finally {
    await log.close()
  }
}

/** Whether a run with a bundle left its results there. */
export async function isJudged(processed: string): Promise<boolean> {
  return exists(join(processed, INFER_FILES.summary))
}

async function writeAgain(folder: OutputFolder, processed: string, options: ReportRunOptions): Promise<Report> {
  const saved = await readWholeReport(processed)
  const report = { ...saved, title: options.title ?? saved.title }
  await writeReport(folder, report, options)
  return report
}

/** Null only where other detectors judged: a folder without any is refused with the word of the first step. */
async function detectSummaryOf(processed: string): Promise<DetectSummary | null> {
  try {
    return await readDetectSummary(processed)
  } catch (error) {
    if (error instanceof PipelineError && (await hasOtherResults(processed))) return null
    throw error
  }
}

async function hasOtherResults(processed: string): Promise<boolean> {
  const files = ['deeplog_sessions.parquet', 'mscred_infer.parquet']
  return (await Promise.all(files.map((file) => exists(join(processed, file))))).includes(true)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function stepResults(
  processed: string,
  about: StepContext & {
    readonly log: ParsedLogFile
    readonly detect: DetectSummary | null
    readonly survey: LogSurvey
  },
): Promise<StepResults[]> {
  const { log, detect, survey, templates, onUnit } = about
  const context = { templates, onUnit }
  const { segments } = survey
  const lines = new LineIndex(log, segments)
  const results = [
    detect === null ? null : await baselineResults(processed, detect, context),
    await deepLogResults(processed, { ...context, log }),
    await mscredResults(processed, {
      ...context,
      segments,
      rowOfLine: lines.rowOf.bind(lines),
      prepare: () => lines.read(),
    }),
  ]
  return results.filter((result) => result !== null)
}

function inOrder(findings: readonly Finding[], segments: LogSurvey['segments']): Finding[] {
  const position = new Map([...segments.entries()].reverse().map(([i, { source }]) => [source.name, i]))
  return [...findings].sort(
    (a, b) =>
      (a.endTime ?? 0) - (b.endTime ?? 0) ||
      position.get(a.source)! - position.get(b.source)! ||
      a.lastLine - b.lastLine ||
      a.firstLine - b.firstLine ||
      (a.id < b.id ? -1 : 1),
  )
}

function refuseOtherRun(
  processed: string,
  { parsed, judged, stored }: { readonly parsed: number; readonly judged: number; readonly stored: number },
): void {
  if (parsed === judged && parsed === stored) return
  throw new PipelineError(
    'bad-folder',
    `the files in ${processed} are of different runs (${parsed} rows were parsed, ${judged} judged, ${stored} are in ` +
      `${PARSE_FILES.parsed}); run "sp parse" and "sp detect" again`,
  )
}

/** The incidents of an earlier report, by its path. */
export async function earlierIncidents(path: string): Promise<EarlierIncident[]> {
  const { report, name } = await readSavedReport(path)
  return report.incidents.map(({ id, signature, startTime }) => ({
    id,
    signature,
    startTime,
    report: report.title || name,
  }))
}

function factsOf(about: {
  readonly detect: DetectSummary | null
  readonly survey: LogSurvey
  readonly results: readonly StepResults[]
  readonly budget: number | null
}): RunFacts {
  const { detect, survey, results, budget } = about
  const [firstTime, lastTime] = survey.normalSpan ?? [null, null]
  const isCompat = detect?.mode === 'compat'
  return {
    sources: survey.segments.map(({ source }) => source),
    training: {
      rows: isCompat ? 0 : (detect?.normalRows ?? 0),
      templates: detect?.normalTemplates ?? survey.isKnown.filter(Boolean).length,
      firstTime: isCompat ? null : firstTime,
      lastTime: isCompat ? null : lastTime,
    },
    detectors: results.flatMap(({ detectors }) => detectors),
    budget,
    changes: results.flatMap(({ changes }) => changes),
    remarks: results.flatMap(({ remarks }) => remarks),
  }
}
