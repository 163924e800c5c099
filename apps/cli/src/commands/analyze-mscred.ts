import type { CommandModule } from 'yargs'
import { analyzeMscredIntoFolder, type MscredAnalysis, writeOutput } from '@sp/pipeline'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText, number, percent } from '../text.js'

interface Flags {
  readonly dataDir: string
  readonly outputDir?: string
  readonly json: boolean
}

/** `sp analyze-mscred`: what an inference found, and how it overlaps with the baseline. */
export const analyzeMscredCommand: CommandModule<object, Flags> = {
  command: 'analyze-mscred',
  describe: 'analyse mscred_infer.parquet: scores, flagged lines, strangest series, overlap with the baseline',
  builder: (yargs) =>
    yargs
      .option('data-dir', { type: 'string', demandOption: true, describe: 'folder with mscred_infer.parquet' })
      .option('output-dir', { ...outputOptions['out-dir'], describe: 'folder for the results (default: --data-dir)' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand({ ...flags, outDir: flags.outputDir }, async () => {
      const { result, files } = await writeOutput(flags.outputDir ?? flags.dataDir, (folder) =>
        analyzeMscredIntoFolder(folder, flags.dataDir),
      )
      return { json: { ...result, files }, text: [analysisText(result), filesText(files)].join('\n\n') }
    }),
}

function analysisText({ anomalies, anomaly_rate: rate, statistics, overlap, highest }: MscredAnalysis): string {
  const said = [
    `${number(anomalies)} of ${number(statistics.count)} frames (${percent(rate)}) are flagged; scores: median ${statistics.median.toFixed(3)}, 99 % ${statistics.q99.toFixed(3)}, highest ${statistics.max.toFixed(3)}`,
  ]
  if (overlap) {
    const { both, only_mscred: own, only_baseline: other } = overlap
    said.push(
      `beside the baseline: ${number(both)} flagged by both, ${number(own)} by this alone, ${number(other)} windows by the baseline alone`,
    )
  }
  const rows = highest
    .slice(0, SHOWN)
    .map(({ source, start_index: start, window_end_line: end, reconstruction_error: error, series }) => {
      return `${source}:${start + 1}–${end + 1}  ${error.toFixed(3)}  ${series.join('; ')}`
    })
  return [...said, ...rows].join('\n')
}

const SHOWN = 5
