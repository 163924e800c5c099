import type { CommandModule } from 'yargs'
import { detectIntoFolder, type DetectSummary, type LevelShiftRow, writeOutput } from '@sp/pipeline'
import { detectOptions, type DetectFlags, detectOptionsFrom } from '../detect-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number } from '../text.js'

interface Flags extends DetectFlags {
  readonly parsed: string
  readonly outDir: string
  readonly train?: string
  readonly compat: boolean
  readonly ewmAlpha: number
  readonly q: number
  readonly json: boolean
  readonly failOnAnomaly: boolean
}

/** `sp detect`: `parsed.parquet` → `baseline_scores.parquet`. */
export const detectCommand: CommandModule<object, Flags> = {
  command: 'detect',
  describe: 'score the windows of a parsed log (baseline_scores.parquet)',
  builder: (yargs) =>
    yargs
      .option('parsed', { type: 'string', demandOption: true, describe: 'parsed.parquet of "sp parse"' })
      .option('out-dir', { ...outputOptions['out-dir'], demandOption: true })
      .option('train', { type: 'string', describe: 'parsed.parquet of known normal logs' })
      .options(detectOptions)
      .option('compat', { type: 'boolean', default: false, describe: 'score as the reference system does' })
      .option('ewm-alpha', { type: 'number', default: 0.3, describe: 'weight of the newest window (with --compat)' })
      .option('q', {
        type: 'number',
        default: 0.95,
        describe: 'quantile of the judged log that is the threshold (with --compat)',
      })
      .option('json', outputOptions.json)
      .option('fail-on-anomaly', outputOptions['fail-on-anomaly']) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const { result, files } = await writeOutput(flags.outDir, async (folder) =>
        detectIntoFolder(folder, flags.parsed, {
          ...detectOptionsFrom(flags),
          trainParsed: flags.train,
          compat: flags.compat ? { ewmAlpha: flags.ewmAlpha, q: flags.q } : undefined,
          onProgress: progress.show,
          signal,
        }),
      )
      const { summary } = result
      return { json: { ...summary, files }, text: detectText(summary, files), foundAnomalies: summary.anomalies > 0 }
    }),
}

function detectText(summary: DetectSummary, files: Record<string, string>): string {
  const found = `${number(summary.anomalies)} of ${number(summary.windows)} windows lie above the threshold ${summary.threshold.toPrecision(4)}`
  const taught =
    summary.mode === 'compat'
      ? 'compat mode: the threshold is a quantile of this log itself'
      : `learned from ${number(summary.normalWindows)} normal windows; about 1 normal window in ${number(Math.round(1 / (summary.budget ?? 1)))} is flagged by chance`
  const shifts = (summary.levelShifts ?? []).map(levelShiftText)
  return [[found, taught, ...shifts].join('\n'), filesText(files)].join('\n\n')
}

function levelShiftText({ source, first_line, template, before, after }: LevelShiftRow): string {
  const [was, is] = [before, after].map((lines) => lines.toPrecision(2))
  return `a lasting change at ${source}:${number(first_line + 1)}: “${template}” went from ${was} to ${is} lines a window`
}
