import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import type { CommandModule } from 'yargs'
import { evaluateFolder, renderEvaluation } from '@sp/evaluation'
import { writeOutput } from '@sp/pipeline'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { filesText } from '../text.js'

interface Flags {
  readonly processedDir: string
  readonly labels: string
  readonly windowSize: number
  readonly seqLen: number
  readonly json: boolean
}

/** `sp eval`: results against labels. */
export const evalCommand: CommandModule<object, Flags> = {
  command: 'eval',
  describe: 'compare the results of all detectors in a folder with labels (eval.txt)',
  builder: (yargs) =>
    yargs
      .option('processed-dir', { type: 'string', demandOption: true, describe: 'folder of the results' })
      .option('labels', {
        type: 'string',
        demandOption: true,
        describe: 'labels: JSON, or parquet with line_no, is_anomaly',
      })
      .option('window-size', { type: 'number', default: 50, describe: 'lines a window, for files that do not say' })
      .option('seq-len', {
        type: 'number',
        default: 50,
        describe: 'lines before the first judged one, for files that do not say',
      })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const { processedDir, windowSize, seqLen } = flags
      const evaluations = await evaluateFolder(processedDir, flags.labels, { windowSize, sequenceLength: seqLen })
      const text = renderEvaluation(evaluations)
      const { files } = await writeOutput(processedDir, (folder) => writeFile(folder.file('eval.txt'), text))
      return {
        json: { evaluations, files },
        text: `${text}\n${filesText({ 'eval.txt': join(processedDir, 'eval.txt') })}`,
      }
    }),
}
