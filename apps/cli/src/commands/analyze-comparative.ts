import type { CommandModule } from 'yargs'
import { analyzeComparative, writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { logOptions, type LogFlags, logsAt, parsingFrom } from '../log-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, table } from '../text.js'

interface Flags extends LogFlags {
  readonly target: string
  readonly baselines: readonly string[]
  readonly outputDir: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp analyze-comparative`: how a log differs from others. */
export const analyzeComparativeCommand: CommandModule<object, Flags> = {
  command: 'analyze-comparative',
  describe: 'compare a log with others: rates, entropy, and the mix of templates',
  builder: (yargs) =>
    yargs
      .option('target', { type: 'string', demandOption: true, describe: 'the log to judge, raw or parsed' })
      .option('baselines', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'logs to compare with, raw or parsed; all of them count',
      })
      .option('output-dir', { ...outputOptions['out-dir'], default: 'data/comparative_analysis' })
      .options(logOptions)
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand({ ...flags, outDir: flags.outputDir }, async (context) => {
      const [target, ...more] = await logsAt([flags.target])
      if (more.length > 0) throw new UsageError(`--target ${flags.target} is several logs; name one`)
      const inputs = { target, baselines: await logsAt(flags.baselines) }
      const parsing = await parsingFrom(flags, context)
      const { result, files } = await writeOutput(flags.outputDir, (folder) =>
        analyzeComparative(folder, inputs, parsing),
      )
      const { anomalies, distribution } = result
      const rows = anomalies.map(({ type, severity, description }) => [severity, type, description])
      const summary =
        `${anomalies.length} anomalies beside ${result.baselines.length} baselines; ` +
        `JS divergence ${distribution.js_divergence.toFixed(3)}, cosine ${distribution.cosine_similarity.toFixed(3)}, ` +
        `${distribution.target_only_templates} templates of its own`
      const found = rows.length === 0 ? [] : [table(rows, ['left', 'left', 'left'])]
      return {
        json: { ...result, files },
        text: [summary, ...found, filesText(files)].join('\n\n'),
        foundAnomalies: anomalies.length > 0,
      }
    }),
}
