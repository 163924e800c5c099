import type { CommandModule } from 'yargs'
import type { DetectionMetrics } from '@sp/evaluation'
import { type Analysis, analyze } from '@sp/pipeline'
import { type Language, renderSummary } from '@sp/report'
import { compareWithLabels, requireLabelled } from '../compare-with-labels.js'
import { labelsAt } from '../labels-file.js'
import { labelsText } from '../labels-text.js'
import { type MaskingFlags, maskerFrom, maskingOptions } from '../masking-options.js'
import { minerFrom, type MinerFlags, minerOptions } from '../miner-options.js'
import { outputOptions, resultsFolder } from '../output-options.js'
import { type ReportFlags, reportOptions, reportOptionsFrom } from '../report-options.js'
import { runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { filesText, sourcesTable, terminalStyle } from '../text.js'
import { type TrainFlags, learningOptions, trainSettingsFrom } from '../train-options.js'

interface Flags extends SourceFlags, MaskingFlags, MinerFlags, Learning, ReportFlags {
  readonly logs: readonly string[]
  readonly train?: readonly string[]
  readonly trainShare: number
  readonly labels?: string
  readonly outDir?: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** What is learned is gone after the run, so nothing of it can be kept for later. */
type Learning = Omit<TrainFlags, 'sample'>
/** `sp analyze`: raw logs → report, in one go. */
export const analyzeCommand: CommandModule<object, Flags> = {
  command: 'analyze <logs..>',
  describe: 'find the strange lines of a log: learn, judge and report in one go',
  builder: (yargs) =>
    yargs
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'files, directories, globs, or - for standard input',
      })
      .option('train', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'known normal logs (repeatable); else the first part of the log is normal',
      })
      .option('out-dir', {
        ...outputOptions['out-dir'],
        describe: 'folder for the results (default: results/<name of the log>)',
      })
      .option('labels', {
        type: 'string',
        describe: 'labels of the judged log (JSON); says how many incidents were found',
      })
      .option('train-share', {
        type: 'number',
        default: 0.5,
        describe: 'first part of the log taken as normal without --train',
      })
      .options({
        ...learningOptions,
        detectors: { ...learningOptions.detectors, default: ['lines'], describe: 'which join the window detector' },
      })
      .options(reportOptions)
      .options(sourceOptions)
      .options(maskingOptions)
      .options(minerOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const labels = flags.labels === undefined ? null : await labelsAt(flags.labels)
      const sources = await openInputs(flags.logs)
      if (labels) requireLabelled(sources, labels)
      const analysis = await analyze(sources, flags.outDir ?? resultsFolder(flags.logs), {
        train: flags.train && (await openInputs(flags.train)),
        trainShare: flags.trainShare,
        settings: trainSettingsFrom(flags),
        masker: await maskerFrom(flags),
        miner: minerFrom(flags),
        reading: readingFrom(flags),
        workers: workersFrom(flags),
        report: reportOptionsFrom(flags),
        onProgress: progress.show,
        signal,
      })
      const metrics = labels && compareWithLabels(analysis, labels)
      return {
        json: analysisJson(analysis, metrics),
        text: analysisText(analysis, metrics, flags.lang),
        foundAnomalies: analysis.report.counts.incidents > 0,
      }
    }),
}

function analysisJson({ training, summary, report, files }: Analysis, labels: DetectionMetrics | null): unknown {
  const { data, settings, detectors } = training
  return {
    training: { data, settings, detectors },
    ...summary,
    report: { ...report, pictures: undefined },
    labels,
    files,
  }
}

function analysisText(analysis: Analysis, metrics: DetectionMetrics | null, language: Language): string {
  const read = sourcesTable(analysis.sources)
  const found = renderSummary(analysis.report, { ...terminalStyle(), language }).trimEnd()
  const compared = metrics ? [labelsText(metrics)] : []
  return [read, found, ...compared, filesText(analysis.files)].join('\n\n')
}
