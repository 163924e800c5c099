import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import type { CommandModule } from 'yargs'
import { isJudged, readSavedReport, reportIntoFolder, SAMPLE_FILES, samplesIntoFolder, writeOutput } from '@sp/pipeline'
import { diffReports, type Language, renderDiff, renderDiffSummary, renderSummary } from '@sp/report'
import { UsageError } from '../errors.js'
import { outputOptions } from '../output-options.js'
import { languageOption, reportOptionsFrom, type StepReportFlags, stepReportOptions } from '../report-options.js'
import { runCommand } from '../run-command.js'
import { filesText, terminalStyle } from '../text.js'

interface Flags extends StepReportFlags {
  readonly processedDir?: string
  readonly outDir?: string
  readonly withSamples: boolean
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

interface DiffFlags {
  readonly before: string
  readonly after: string
  readonly outDir?: string
  readonly lang: Language
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

const diffCommand: CommandModule<object, DiffFlags> = {
  command: 'diff <before> <after>',
  describe: 'what is new, gone and changed since an earlier run',
  builder: (yargs) =>
    yargs
      .positional('before', { type: 'string', describe: 'folder or report.json of the earlier run' })
      .positional('after', { type: 'string', describe: 'the same of the later run' })
      .option('out-dir', { ...outputOptions['out-dir'], describe: 'folder for report_diff.md and report_diff.json' })
      .options(languageOption)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', {
        ...outputOptions['fail-on-anomaly'],
        describe: 'exit with 1 when an incident is new',
      }) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const [before, after] = [await readSavedReport(flags.before), await readSavedReport(flags.after)]
      const diff = diffReports(before.report, after.report)
      const options = { language: flags.lang, training: after.report.run.training }
      const files = flags.outDir === undefined ? {} : await writeDiff(flags.outDir, renderDiff(diff, options), diff)
      const text = renderDiffSummary(diff, { ...options, ...terminalStyle() }).trimEnd()
      return {
        json: { ...diff, files },
        text: [text, ...(flags.outDir === undefined ? [] : [filesText(files)])].join('\n\n'),
        foundAnomalies: diff.fresh.length > 0,
      }
    }),
}

/** `sp report`: results of detectors → incidents with raw lines and reasons. */
export const reportCommand: CommandModule<object, Flags> = {
  command: 'report',
  describe: 'write the report of a folder of results; "report diff" compares two runs',
  builder: (yargs) =>
    yargs
      .command(diffCommand)
      .option('processed-dir', {
        type: 'string',
        describe: 'folder of "sp parse" and of at least one detector, or of "sp infer"',
      })
      .option('out-dir', { ...outputOptions['out-dir'], describe: 'folder for the report (default: --processed-dir)' })
      .options(stepReportOptions)
      .option('with-samples', {
        type: 'boolean',
        default: true,
        describe: `samples of each method as well, in ${SAMPLE_FILES.folder}`,
      })
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const { processedDir } = flags
      // Not demanded by yargs, which would demand it of "report diff" too.
      if (processedDir === undefined)
        throw new UsageError('--processed-dir needs the folder of the results (see "sp report --help")')
      const options = { ...reportOptionsFrom(flags), contextLines: flags.contextLines }
      const out = flags.outDir ?? processedDir
      const { result, files } = await writeOutput(out, (folder) =>
        reportIntoFolder(folder, processedDir, { ...options, onProgress: progress.show, signal }),
      )
      const hasSteps = !(await isJudged(processedDir))
      const samples =
        flags.withSamples && hasSteps ? await writeSamples(join(out, SAMPLE_FILES.folder), processedDir, flags) : {}
      return {
        json: { report: { ...result, pictures: undefined }, files: { ...files, ...samples } },
        text: [
          renderSummary(result, { ...terminalStyle(), language: flags.lang }).trimEnd(),
          filesText({ ...files, ...samples }),
        ].join('\n\n'),
        foundAnomalies: result.counts.incidents > 0,
      }
    }),
}

async function writeSamples(out: string, processed: string, flags: Flags): Promise<Record<string, string>> {
  const options = { contextLines: flags.contextLines, language: flags.lang }
  const { files } = await writeOutput(out, (folder) => samplesIntoFolder(folder, processed, options))
  return files
}

async function writeDiff(out: string, markdown: string, diff: object): Promise<Record<string, string>> {
  const { files } = await writeOutput(out, async (folder) => {
    await writeFile(folder.file('report_diff.md'), markdown)
    await writeFile(folder.file('report_diff.json'), `${JSON.stringify(diff, null, 2)}\n`)
  })
  return files
}
