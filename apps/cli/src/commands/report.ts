import type { CommandModule } from 'yargs'
import { reportIntoFolder, writeOutput } from '@sp/pipeline'
import { renderSummary } from '@sp/report'
import { outputOptions } from '../output-options.js'
import { type ReportFlags, reportOptions, reportOptionsFrom } from '../report-options.js'
import { runCommand } from '../run-command.js'
import { filesText, terminalStyle } from '../text.js'

interface Flags extends ReportFlags {
  readonly processedDir: string
  readonly outDir?: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp report`: scores → findings with raw lines and reasons. */
export const reportCommand: CommandModule<object, Flags> = {
  command: 'report',
  describe: 'write report.md and report.json from a folder that parse and detect wrote',
  builder: (yargs) =>
    yargs
      .option('processed-dir', { type: 'string', demandOption: true, describe: 'folder of "sp parse" and "sp detect"' })
      .option('out-dir', { ...outputOptions['out-dir'], describe: 'folder for the report (default: --processed-dir)' })
      .options(reportOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const { result, files } = await writeOutput(flags.outDir ?? flags.processedDir, (folder) =>
        reportIntoFolder(folder, flags.processedDir, {
          ...reportOptionsFrom(flags),
          onProgress: progress.show,
          signal,
        }),
      )
      return {
        json: { report: result, files },
        text: [renderSummary(result, terminalStyle()).trimEnd(), filesText(files)].join('\n\n'),
        foundAnomalies: result.findings.length > 0,
      }
    }),
}
