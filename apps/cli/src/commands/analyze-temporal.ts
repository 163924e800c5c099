import type { CommandModule } from 'yargs'
import { analyzeTemporal, temporalStatusText, writeOutput } from '@sp/pipeline'
import { logOptions, type LogFlags, logsAt, parsingFrom } from '../log-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, table } from '../text.js'

interface Flags extends LogFlags {
  readonly dataDir: string
  readonly baseline?: readonly string[]
  readonly outputDir: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp analyze-temporal`: which hours have too many or too few lines, or other templates. */
export const analyzeTemporalCommand: CommandModule<object, Flags> = {
  command: 'analyze-temporal',
  describe: 'judge a log hour by hour: volumes and templates by hour of the week',
  builder: (yargs) =>
    yargs
      .option('data-dir', {
        type: 'string',
        demandOption: true,
        describe: 'folder of a parsed log, parsed.parquet, or a raw log',
      })
      .option('baseline', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'known normal log, raw or parsed (repeatable); else each day is judged by the others',
      })
      .option('output-dir', { ...outputOptions['out-dir'], default: 'data/temporal_analysis' })
      .options(logOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand({ ...flags, outDir: flags.outputDir }, async (context) => {
      const inputs = { judged: await logsAt([flags.dataDir]), normal: await logsAt(flags.baseline ?? []) }
      const parsing = await parsingFrom(flags, context)
      const { result, files } = await writeOutput(flags.outputDir, (folder) => analyzeTemporal(folder, inputs, parsing))
      const rows = result.anomalies.map(({ start, type, severity, description }) => [
        start,
        severity,
        type,
        description,
      ])
      const found = rows.length === 0 ? [] : [table(rows, ['left', 'left', 'left', 'left'])]
      return {
        json: { ...result, files },
        text: [temporalStatusText(result), ...found, filesText(files)].join('\n\n'),
        foundAnomalies: result.anomalies.length > 0,
      }
    }),
}
