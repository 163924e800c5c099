import type { CommandModule } from 'yargs'
import { type ConversionSummary, convertBundle } from '@sp/pipeline'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { number, percent } from '../text.js'

interface Flags {
  readonly bundle: string
  readonly outDir: string
  readonly opset: number
  readonly portable: boolean
  readonly json: boolean
}

/** `sp convert-onnx`: a bundle's network and what goes with it, for programs without ours. */
export const convertOnnxCommand: CommandModule<object, Flags> = {
  command: 'convert-onnx <bundle>',
  describe: 'export the network of a bundle as ONNX, with vocabulary, thresholds and templates, into a folder',
  builder: (yargs) =>
    yargs
      .positional('bundle', { type: 'string', describe: 'folder of the bundle; it is only read' })
      .option('out-dir', {
        ...outputOptions['out-dir'],
        alias: ['o', 'output-dir'],
        demandOption: true,
        describe: 'folder of the deployment; it appears as a whole, an earlier one is replaced',
      })
      .option('opset', { type: 'number', default: 17, describe: 'version of the ONNX operators, 11 to 21' })
      .option('portable', {
        type: 'boolean',
        default: false,
        describe: 'write a variant for old runtimes too: opset 11, float32 only',
      })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const { opset, portable } = flags
      const summary = await convertBundle(flags.bundle, flags.outDir, { opset, portable })
      return { json: summary, text: conversionText(summary, flags.outDir) }
    }),
}

/** What was exported and how near it is to the original. */
export function conversionText({ models, templates, preprocessing }: ConversionSummary, folder: string): string {
  const said = [
    ...models.map(
      ({ name, opset, bytes, parity }) =>
        `${name}: opset ${opset}, ${number(bytes)} bytes; logits differ by ${parity.logits.toExponential(1)} at most, ` +
        `log-probabilities by ${parity.logProbabilities.toExponential(1)}, over ${parity.windows} windows`,
    ),
    `${number(templates)} templates${preprocessing ? `; ${preprocessingText(preprocessing)}` : ''}`,
    folder,
  ]
  return said.join('\n')
}

function preprocessingText({ lines, sameEvent, sameMessage }: NonNullable<ConversionSummary['preprocessing']>): string {
  const header = sameMessage === null ? 'no common header, give messages' : `header found in ${percent(sameMessage)}`
  return `matched as in the bundle in ${percent(sameEvent)} of ${number(lines)} normal lines; ${header}`
}
