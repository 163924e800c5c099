import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBaselineScores } from '@sp/baseline'
import { ParsedLogFile } from '@sp/log-table'
import { buildReport, type Report, type ReportOptions, renderJson, renderMarkdown } from '@sp/report'
import { type DetectSummary, DETECT_FILES, readDetectSummary } from './detect-summary.js'
import { PipelineError } from './errors.js'
import type { OutputFolder } from './output-folder.js'
import { PARSE_FILES, type ParseSummary, readParseSummary } from './parse-summary.js'

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
  options: ReportOptions = {},
): Promise<Report> {
  const parse = await readParseSummary(processed)
  const detect = await readDetectSummary(processed)
  if (parse.rows !== detect.rows) {
    throw new PipelineError(
      'bad-folder',
      `the scores in ${processed} are of a log with ${detect.rows} rows, its parsed.parquet has ${parse.rows}; ` +
        'run "sp detect" again',
    )
  }
  const report = await buildFromFiles(processed, parse, detect, options)
  await writeFile(folder.file(REPORT_FILES.markdown), renderMarkdown(report))
  await writeFile(folder.file(REPORT_FILES.json), renderJson(report))
  return report
}

async function buildFromFiles(
  processed: string,
  parse: ParseSummary,
  detect: DetectSummary,
  options: ReportOptions,
): Promise<Report> {
  const log = await ParsedLogFile.open(join(processed, PARSE_FILES.parsed))
  try {
    const scores = await readBaselineScores(join(processed, DETECT_FILES.scores))
    return await buildReport({ parse, detect, scores, log }, options)
  } finally {
    await log.close()
  }
}
