import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { WindowCounts } from '@sp/builders'
import { type BaseMiner, EvidenceMiner } from '@sp/drain'
import type { Source } from '@sp/log-reader'
import type { AnomalyScores } from '@sp/log-table'
import type { Report } from '@sp/report'
import { detectIntoFolder, type DetectRunOptions } from './detect-run.js'
import type { DetectSummary } from './detect-summary.js'
import { PipelineError } from './errors.js'
import { type OutputFolder, writeOutput } from './output-folder.js'
import type { MessageMasker, ParseLogOptions } from './parse-log.js'
import { parseIntoFolder } from './parse-run.js'
import { PARSE_FILES, type ParseSummary } from './parse-summary.js'
import type { RunControl } from './progress.js'
import { reportIntoFolder, type ReportRunOptions } from './report/report-run.js'
import { spoolSource } from './spool-source.js'
import { splitForTraining, type TrainingSplit } from './training-split.js'

/** How a log is analysed in one go. */
export interface AnalyzeOptions extends RunControl {
  /** Known normal logs; without them the first `trainShare` of the judged log is taken as normal. */
  readonly train?: readonly Source[]
  /** Default 0.5. */
  readonly trainShare?: number
  readonly masker: MessageMasker
  /** Learns the templates of the normal part; default a new `EvidenceMiner`. */
  readonly miner?: BaseMiner
  readonly reading?: ParseLogOptions['reading']
  /** Threads that read and mask whole files, default 1; see `parseLog`. */
  readonly workers?: number
  readonly detect?: Pick<DetectRunOptions, 'windowSize' | 'stride' | 'budget'>
  readonly report?: Omit<ReportRunOptions, keyof RunControl>
}

/** What an analysis found and where it lies. */
export interface Analysis {
  readonly parse: ParseSummary
  readonly detect: DetectSummary
  /** The judged windows and their scores. */
  readonly windows: WindowCounts
  readonly scores: AnomalyScores
  readonly report: Report
  /** File name → path. */
  readonly files: Record<string, string>
}

/**
 * From raw logs to a report: parse, detect and report in one go, into one folder.
 * Templates are learned from the normal part alone; the rest is matched against them, so a line of a new kind is
 * seen as new instead of being worked into what was learned.
 * @throws {PipelineError} `too-little-data`, `same-data`, `write-failed`; and what the steps throw
 */
export async function analyze(sources: readonly Source[], outDir: string, options: AnalyzeOptions): Promise<Analysis> {
  const { result, files } = await writeOutput(outDir, async (folder) => {
    const split = await trainingSplit(sources, folder, options)
    const miner = options.miner ?? EvidenceMiner.create()
    const parse = await parseIntoFolder(folder, split, { ...options, miner, frozen: true })
    const { onProgress, signal } = options
    const detection = await detectIntoFolder(folder, folder.file(PARSE_FILES.parsed), {
      ...options.detect,
      normalRows: parse.normalRows,
      onProgress,
      signal,
    })
    signal?.throwIfAborted()
    const report = await reportIntoFolder(folder, folder.stagingPath, { ...options.report, onProgress, signal })
    const { summary: detect, windows, scores } = detection
    return { parse, detect, windows, scores, report }
  })
  return { ...result, files }
}

async function trainingSplit(
  sources: readonly Source[],
  folder: OutputFolder,
  { train, trainShare = 0.5, ...control }: AnalyzeOptions,
): Promise<TrainingSplit> {
  if (train) {
    await refuseSameSource(sources, train)
    return { normal: train.map((source) => ({ source })), target: sources.map((source) => ({ source })) }
  }
  const reopenable: Source[] = []
  for (const source of sources) {
    // Finding the cut reads the log once, parsing it once more; standard input and pipes can be read only once.
    const spool = join(folder.stagingPath, `spool-${reopenable.length}.log`)
    reopenable.push(source.probe ? source : await spoolSource(source, spool))
  }
  return splitForTraining(reopenable, trainShare, control)
}

async function refuseSameSource(sources: readonly Source[], train: readonly Source[]): Promise<void> {
  const judged = new Set(await Promise.all(sources.map(identityOf)))
  for (const source of train) {
    if (!judged.has(await identityOf(source))) continue
    throw new PipelineError(
      'same-data',
      `${source.name} is given both as normal (--train) and as the log to judge; a log judged by itself shows nothing. ` +
        'Leave --train out to learn from its first part',
    )
  }
}

/** The file behind a name, however it is written; the name itself for what is no file. */
function identityOf({ name }: Source): Promise<string> {
  return realpath(name).catch(() => name)
}
