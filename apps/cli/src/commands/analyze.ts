import { basename, join } from 'node:path'
import type { CommandModule } from 'yargs'
import type { DetectionMetrics } from '@sp/evaluation'
import { type Analysis, analyze } from '@sp/pipeline'
import { type Language, renderSummary } from '@sp/report'
import { compareWithLabels, requireLabelled } from '../compare-with-labels.js'
import { type DetectFlags, detectOptions, detectOptionsFrom } from '../detect-options.js'
import { labelsAt } from '../labels-file.js'
import { labelsText } from '../labels-text.js'
import { type MaskingFlags, maskerFrom, maskingOptions } from '../masking-options.js'
import { minerFrom, type MinerFlags, minerOptions } from '../miner-options.js'
import { outputOptions } from '../output-options.js'
import { type ReportFlags, reportOptions, reportOptionsFrom } from '../report-options.js'
import { runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, STDIN, workersFrom } from '../source-options.js'
import { filesText, sourcesTable, terminalStyle } from '../text.js'

interface Flags extends SourceFlags, MaskingFlags, MinerFlags, DetectFlags, ReportFlags {
  readonly logs: readonly string[]
  readonly train?: readonly string[]
  readonly labels?: string
  readonly outDir?: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp analyze`: raw logs → report, in one go. */
export const analyzeCommand: CommandModule<object, Flags> = {
  command: 'analyze <logs..>',
  describe: 'find the strange lines of a log: parse, detect and report in one go',
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
      .options(detectOptions)
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
      const { trainShare, ...detect } = detectOptionsFrom(flags)
      const analysis = await analyze(sources, flags.outDir ?? defaultFolder(flags.logs), {
        train: flags.train && (await openInputs(flags.train)),
        trainShare,
        detect,
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

function analysisJson({ parse, detect, report, files }: Analysis, labels: DetectionMetrics | null): unknown {
  return { parse, detect, report: { ...report, pictures: undefined }, labels, files }
}

function analysisText(analysis: Analysis, metrics: DetectionMetrics | null, language: Language): string {
  const read = sourcesTable(analysis.parse.target)
  const found = renderSummary(analysis.report, { ...terminalStyle(), language }).trimEnd()
  const compared = metrics ? [labelsText(metrics)] : []
  return [read, found, ...compared, filesText(analysis.files)].join('\n\n')
}

function defaultFolder(logs: readonly string[]): string {
  const name = logs[0] === STDIN ? 'stdin' : basename(logs[0]).replace(/[^\w.-]+/g, '_')
  return join('results', name || 'log')
}
