import { dirname } from 'node:path'
import type { CommandModule } from 'yargs'
import { inferMscredIntoFolder, type MscredSummary, readMscred, writeOutput } from '@sp/pipeline'
import { UsageError } from '../errors.js'
import { ruleFrom, thresholdMethodOption } from '../mscred-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number, percent } from '../text.js'

interface Flags {
  readonly windowCounts: string
  readonly mapping?: string
  readonly model: string
  readonly threshold?: number
  readonly thresholdMethod?: string
  readonly outDir?: string
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp mscred-infer`: window counts and a model → `mscred_infer.parquet`. */
export const mscredInferCommand: CommandModule<object, Flags> = {
  command: 'mscred-infer',
  describe: 'judge window counts by a multivariate model (mscred_infer.parquet)',
  builder: (yargs) =>
    yargs
      .option('window-counts', {
        type: 'string',
        demandOption: true,
        describe: 'window_counts.parquet of "sp build-mscred --mapping"',
      })
      .option('model', { type: 'string', demandOption: true, describe: 'model of "sp mscred-train"' })
      .option('mapping', { type: 'string', describe: 'template_mapping.json (the one beside the counts)' })
      .option('threshold', { type: 'number', describe: 'score above which a frame is an anomaly, instead of a method' })
      .option('threshold-method', thresholdMethodOption)
      .option('out-dir', {
        ...outputOptions['out-dir'],
        describe: 'folder for the results (default: that of the counts)',
      })
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      if (flags.threshold !== undefined && flags.thresholdMethod !== undefined) {
        throw new UsageError('--threshold is a score and --threshold-method a rule for one; give one of them')
      }
      const model = await readMscred(flags.model)
      const { result, files } = await writeOutput(flags.outDir ?? dirname(flags.windowCounts), (folder) =>
        inferMscredIntoFolder(folder, {
          counts: flags.windowCounts,
          mapping: flags.mapping,
          model,
          threshold: flags.threshold,
          rule: ruleFrom(flags.thresholdMethod),
          onProgress: progress.show,
          signal,
        }),
      )
      return {
        json: { ...result, files },
        text: [inferText(result), filesText(files)].join('\n\n'),
        foundAnomalies: result.anomalies > 0,
      }
    }),
}

function inferText({
  mode,
  windows,
  frames,
  not_judged: notJudged,
  anomalies,
  anomaly_rate: rate,
  threshold,
  unknown_lines: unknown,
}: MscredSummary): string {
  const said = [
    `${mode}: ${number(anomalies)} of ${number(frames)} frames (${percent(rate)}) of ${number(windows)} windows score above ${threshold.toFixed(3)}`,
  ]
  if (notJudged > 0) said.push(`${number(notJudged)} more frames have too few windows before them to be judged`)
  if (unknown > 0) {
    said.push(`${number(unknown)} counts, one for each window of a line, are of templates that training did not hold`)
  }
  return said.join('\n')
}
