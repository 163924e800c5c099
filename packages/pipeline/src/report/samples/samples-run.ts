import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ParsedLogFile } from '@sp/log-table'
import { catalogueOf, type Language, renderSamples, type SampleAnalysis } from '@sp/report'
import { PipelineError } from '../../errors.js'
import { jsonText } from '../../json-file.js'
import type { OutputFolder } from '../../output-folder.js'
import { PARSE_FILES, readParseSummary } from '../../parse-summary.js'
import { LineIndex } from '../line-index.js'
import { segmentsOf } from '../log-survey.js'
import { baselineSamples } from './baseline-samples.js'
import { comparativeSamples } from './comparative-samples.js'
import { deepLogSamples } from './deeplog-samples.js'
import { mscredSamples } from './mscred-samples.js'

/** The files of a sample analysis, named as in the reference system; its folder is `log_samples_analysis`. */
export const SAMPLE_FILES = {
  folder: 'log_samples_analysis',
  samples: 'anomaly_samples.json',
  report: 'anomaly_analysis_report.md',
} as const

/** How many samples are taken, and in which language they are told. */
export interface SampleRunOptions {
  /** Samples a method, default 5. */
  readonly maxSamples?: number
  /** Records before and after each, default 3. */
  readonly contextLines?: number
  /** Default `en`. */
  readonly language?: Language
}

/**
 * Takes the strangest samples of each method that left results in a folder: `anomaly_samples.json`,
 * `anomaly_analysis_report.md`.
 * @throws {PipelineError} `bad-folder` when no method left any, `bad-options`
 */
export async function samplesIntoFolder(
  folder: OutputFolder,
  processed: string,
  { maxSamples = 5, contextLines = 3, language = 'en' }: SampleRunOptions = {},
): Promise<SampleAnalysis> {
  requireCount('--max-samples', maxSamples)
  requireCount('--context-lines', contextLines)
  const parse = await readParseSummary(processed)
  const log = await ParsedLogFile.open(join(processed, PARSE_FILES.parsed))
  try {
    const context = { folder: processed, log, maxSamples, contextLines, words: catalogueOf(language) }
    const lines = new LineIndex(log, segmentsOf(parse))
    await lines.read()
    const rowOfLine = lines.rowOf.bind(lines)
    const analysis: SampleAnalysis = {
      baseline: await baselineSamples(context, rowOfLine),
      deeplog: await deepLogSamples(context),
      mscred: await mscredSamples(context, rowOfLine),
      comparative: await comparativeSamples(context),
    }
    if (Object.values(analysis).every((samples) => samples === undefined)) {
      throw new PipelineError(
        'bad-folder',
        `no detector left results in ${processed}; run "sp infer" or "sp detect" into it first`,
      )
    }
    await writeFile(folder.file(SAMPLE_FILES.samples), jsonText(analysis))
    await writeFile(folder.file(SAMPLE_FILES.report), renderSamples(analysis, { language }))
    return analysis
  } finally {
    await log.close()
  }
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new PipelineError('bad-options', `${name} ${value} is no whole number from 0 on`)
}
