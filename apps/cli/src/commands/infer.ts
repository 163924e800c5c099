import type { CommandModule } from 'yargs'
import { type Inference, inferIntoFolder, loadBundle, writeOutput } from '@sp/pipeline'
import { type Language, renderSummary } from '@sp/report'
import { UsageError } from '../errors.js'
import { outputOptions, resultsFolder } from '../output-options.js'
import { type ReportFlags, reportOptions, reportOptionsFrom } from '../report-options.js'
import { reportFailure, runCommand } from '../run-command.js'
import { openInputs, readingFrom, type SourceFlags, sourceOptions, workersFrom } from '../source-options.js'
import { filesText, sourcesTable, terminalStyle } from '../text.js'

interface Flags extends SourceFlags, ReportFlags {
  readonly bundle: string
  readonly logs: readonly string[]
  readonly outDir?: string
  readonly tables: boolean
  readonly watch: boolean
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp infer`: a bundle and logs → what is strange in them. */
export const inferCommand: CommandModule<object, Flags> = {
  command: 'infer <bundle> <logs..>',
  describe: 'judge logs with a bundle that "sp train" made: all its detectors, findings and report',
  builder: (yargs) =>
    yargs
      .positional('bundle', { type: 'string', describe: 'folder of the bundle; it is only read' })
      .positional('logs', {
        type: 'string',
        array: true,
        describe: 'files, directories, globs, or - for standard input',
      })
      .option('out-dir', {
        ...outputOptions['out-dir'],
        describe: 'folder for the results (default: results/<name of the log>)',
      })
      .option('tables', { type: 'boolean', default: true, describe: 'write the rows too: parsed.parquet' })
      .option('watch', {
        type: 'boolean',
        default: false,
        describe:
          'go on as the logs grow (rotated ones too); what is found goes to standard output, no files are written',
      })
      .options(reportOptions)
      .options(sourceOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) => {
    if (flags.watch) return watch(flags)
    const outDir = flags.outDir ?? resultsFolder(flags.logs)
    return runCommand({ ...flags, outDir }, async ({ progress, signal }) => {
      const bundle = await loadBundle(flags.bundle)
      const sources = await openInputs(flags.logs)
      const { result, files } = await writeOutput(outDir, (folder) =>
        inferIntoFolder(folder, bundle, sources, {
          ...reportOptionsFrom(flags),
          tables: flags.tables,
          reading: readingFrom(flags),
          workers: workersFrom(flags),
          onProgress: progress.show,
          signal,
        }),
      )
      return {
        json: { ...result.summary, report: { ...result.report, pictures: undefined }, skipped: sources.skipped, files },
        text: inferenceText(result, files, flags.lang),
        foundAnomalies: result.report.counts.incidents > 0,
      }
    })
  },
}

async function watch(flags: Flags): Promise<void> {
  const { logs, json, lang: language, failOnAnomaly, outDir } = flags
  try {
    if (outDir !== undefined) throw new UsageError('--watch writes no files: leave --out-dir out')
    const { watchLogs } = await import('../watch-logs.js')
    const bundle = await loadBundle(flags.bundle)
    await watchLogs(bundle, { logs, json, language, failOnAnomaly, reading: readingFrom(flags) })
  } catch (error) {
    reportFailure(error)
  }
}

function inferenceText({ report, sources }: Inference, files: Record<string, string>, language: Language): string {
  const found = renderSummary(report, { ...terminalStyle(), language }).trimEnd()
  return [sourcesTable(sources), found, filesText(files)].join('\n\n')
}
