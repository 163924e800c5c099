import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBaselineScores } from '@sp/baseline'
import { ParsedLogFile } from '@sp/log-table'
import { buildReport, type Report, type ReportOptions, type ReportSource, renderJson, renderMarkdown } from '@sp/report'
import { type DetectSummary, DETECT_FILES, readDetectSummary } from './detect-summary.js'
import { PipelineError } from './errors.js'
import type { OutputFolder } from './output-folder.js'
import { PARSE_FILES, type ParseSummary, readParseSummary, type SegmentSummary } from './parse-summary.js'
import type { RunControl } from './progress.js'

/** The files a report leaves in its folder. */
export const REPORT_FILES = { markdown: 'report.md', json: 'report.json' } as const

/**
 * Turns the scores in a processed folder into findings with their raw lines: `report.md`, `report.json`.
 * @param processed folder that `parse` and `detect` wrote into
 * @throws {PipelineError} `bad-folder` when a step is missing or scores and rows are of different runs
 */
export async function reportIntoFolder(
  folder: OutputFolder,
  processed: string,
  options: ReportOptions & RunControl = {},
): Promise<Report> {
  const parse = await readParseSummary(processed)
  const detect = await readDetectSummary(processed)
  const log = await ParsedLogFile.open(join(processed, PARSE_FILES.parsed))
  try {
    refuseOtherRun(processed, [parse.rows, detect.rows, log.rowCount])
    const sources = await surveySources(log, parse, options)
    const scored = await readBaselineScores(join(processed, DETECT_FILES.scores), log.templates)
    const report = await buildReport({ ...scored, sources, training: trainingOf(detect), log }, options)
    await writeFile(folder.file(REPORT_FILES.markdown), renderMarkdown(report))
    await writeFile(folder.file(REPORT_FILES.json), renderJson(report))
    return report
  } finally {
    await log.close()
  }
}

function refuseOtherRun(processed: string, [parsed, judged, stored]: readonly number[]): void {
  if (parsed === judged && parsed === stored) return
  throw new PipelineError(
    'bad-folder',
    `the files in ${processed} are of different runs (${parsed} rows were parsed, ${judged} judged, ${stored} are in ` +
      `${PARSE_FILES.parsed}); run "sp parse" and "sp detect" again`,
  )
}

/** Reads the times of all rows once; that also completes the table of templates. */
async function surveySources(
  log: ParsedLogFile,
  parse: ParseSummary,
  { onProgress, signal }: RunControl,
): Promise<ReportSource[]> {
  const spans = [...parse.normal.map(spanOf('normal')), ...parse.target.map(spanOf('judged'))]
  let current = 0
  let left = spans[0]?.segment.records ?? 0
  let done = 0
  for await (const batch of log.batches({ columns: ['timestamp', 'template'] })) {
    signal?.throwIfAborted()
    for (const time of batch.timestamp) {
      while (left === 0) left = spans[++current].segment.records
      left--
      if (time < spans[current].firstTime) spans[current].firstTime = time
      if (time > spans[current].lastTime) spans[current].lastTime = time
    }
    done += batch.rowCount
    onProgress?.({ step: 'reporting', done, total: log.rowCount, unit: 'rows', records: done })
  }
  return spans.map(({ segment, role, firstTime, lastTime }) => ({
    name: segment.source,
    role,
    format: segment.format,
    records: segment.records,
    timestamps: segment.timestamps,
    firstTime: Number.isFinite(firstTime) ? firstTime : null,
    lastTime: Number.isFinite(lastTime) ? lastTime : null,
    cutLines: segment.cutLines,
    invalidUtf8: segment.invalidUtf8,
  }))
}

function spanOf(role: ReportSource['role']) {
  return (segment: SegmentSummary) => ({ segment, role, firstTime: Infinity, lastTime: -Infinity })
}

function trainingOf(detect: DetectSummary) {
  return {
    rows: detect.normalRows,
    windows: detect.normalWindows,
    templates: detect.normalTemplates,
    budget: detect.budget,
    windowSize: detect.windowSize,
    stride: detect.stride,
  }
}
