import type { CommandModule } from 'yargs'
import { type QualityRun, validateBaselines, writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { logOptions, type LogFlags, logsAt, parsingFrom } from '../log-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, table } from '../text.js'

interface Flags extends LogFlags {
  readonly logs: readonly string[]
  readonly outputDir: string
  readonly scoreThreshold: number
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp validate-baseline`: whether logs are fit to teach what is normal. */
export const validateBaselineCommand: CommandModule<object, Flags> = {
  command: 'validate-baseline <logs..>',
  describe: 'check logs that shall teach what is normal: errors, size, variety, gaps, and outliers among them',
  builder: (yargs) =>
    yargs
      .positional('logs', { type: 'string', array: true, describe: 'parsed.parquet files, their folders, or raw logs' })
      .option('output-dir', { ...outputOptions['out-dir'], default: 'data/baseline_validation' })
      .option('score-threshold', { type: 'number', default: 0.7, describe: 'least score of a valid log, 0 to 1' })
      .options(logOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', {
        ...outputOptions['fail-on-anomaly'],
        describe: 'exit with 1 when a log is not valid',
      }) as never,
  handler: (flags) =>
    runCommand({ ...flags, outDir: flags.outputDir }, async (context) => {
      const { scoreThreshold } = flags
      if (!(scoreThreshold >= 0 && scoreThreshold <= 1)) {
        throw new UsageError(`--score-threshold ${scoreThreshold}, expected 0 to 1`)
      }
      const inputs = await logsAt(flags.logs)
      const parsing = await parsingFrom(flags, context)
      const { result, files } = await writeOutput(flags.outputDir, (folder) =>
        validateBaselines(folder, inputs, { ...parsing, scoreThreshold }),
      )
      return {
        json: { ...result, outputs: files },
        text: [qualityText(result), filesText(files)].join('\n\n'),
        foundAnomalies: result.files.some(({ valid }) => !valid),
      }
    }),
}

function qualityText({ files, outliers }: QualityRun): string {
  const rows = files.map(({ name, score, valid, recommended, issues }) => [
    name,
    score.toFixed(1),
    recommended ? 'recommended' : valid ? 'valid' : 'not valid',
    issues.map(({ description }) => description).join('; '),
  ])
  const odd = outliers.map(
    ({ name, metric, deviations }) => `${name}: ${metric} ${deviations.toFixed(1)} deviations off`,
  )
  return [table([['log', 'score', 'verdict', 'issues'], ...rows], ['left', 'right', 'left', 'left']), ...odd].join('\n')
}
