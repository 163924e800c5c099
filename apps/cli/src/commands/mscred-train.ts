import type { CommandModule } from 'yargs'
import { MULTIVARIATE_MODES } from '@sp/mscred'
import { type MscredTrainSummary, trainMscredToFile } from '@sp/pipeline'
import { ruleFrom, thresholdMethodOption } from '../mscred-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { number, percent, table } from '../text.js'

interface Flags {
  readonly windowCounts: string
  readonly mapping?: string
  readonly out: string
  readonly mode: string
  readonly epochs?: number
  readonly budget?: number
  readonly thresholdMethod?: string
  readonly frame?: number
  readonly step?: number
  readonly seed?: number
  readonly json: boolean
}

/** `sp mscred-train`: window counts of normal logs → a multivariate model. */
export const mscredTrainCommand: CommandModule<object, Flags> = {
  command: 'mscred-train',
  describe: 'learn how the counts of templates go together in normal logs, with or without a network',
  builder: (yargs) =>
    yargs
      .option('window-counts', {
        type: 'string',
        demandOption: true,
        describe: 'window_counts.parquet of "sp build-mscred"',
      })
      .option('mapping', { type: 'string', describe: 'template_mapping.json (the one beside the counts)' })
      .option('out', { type: 'string', demandOption: true, describe: 'file for the model' })
      .option('mode', {
        choices: Object.keys(MULTIVARIATE_MODES),
        default: 'ensemble',
        describe: Object.entries(MULTIVARIATE_MODES)
          .map(([name, what]) => `${name}: ${what}`)
          .join('; '),
      })
      .option('epochs', {
        type: 'number',
        describe: 'passes over the data, of a network (predictive 6, published 3, counts 10)',
      })
      .option('budget', { type: 'number', describe: 'share of normal frames that may alarm (0.005)' })
      .option('threshold-method', thresholdMethodOption)
      .option('frame', {
        type: 'number',
        describe: 'windows that are judged together (5; of a network that of its mode)',
      })
      .option('step', {
        type: 'number',
        describe: 'windows from one frame to the next (1; of a network that of its mode)',
      })
      .option('seed', { type: 'number', describe: 'weights and order follow from it; same seed, same bytes (0)' })
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const given = {
        budget: flags.budget,
        threshold: ruleFrom(flags.thresholdMethod),
        frame: flags.frame,
        step: flags.step,
        seed: flags.seed,
      }
      const summary = await trainMscredToFile({
        counts: flags.windowCounts,
        mapping: flags.mapping,
        out: flags.out,
        mode: flags.mode,
        epochs: flags.epochs,
        options: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        onProgress: progress.show,
        signal,
      })
      return { json: summary, text: trainText(summary) }
    }),
}

function trainText(summary: MscredTrainSummary): string {
  const { mode, windows, series, heldOutFrames, budget, threshold, selfTest, network, out } = summary
  const said = [
    `${mode}: ${number(windows)} normal windows of ${number(series)} series`,
    `threshold ${threshold.toFixed(3)} from ${number(heldOutFrames)} held-out frames; ${percent(budget)} of normal frames may lie above the budget's`,
  ]
  if (network) {
    const { planted, alone, joined, kept } = network
    const isMore = joined > alone
    const verdict = kept ? 'so it is kept' : isMore ? 'too few to tell, so it is left out' : 'so it is left out'
    said.push(
      `of the same ${number(planted)} shocks the ensemble finds ${percent(alone)}, with the network ${percent(joined)}; ${verdict}`,
    )
  }
  if (selfTest?.why) said.push(`no shocks could be planted to see what is found: ${selfTest.why}`)
  else if (selfTest) {
    const rows = selfTest.shocks.map(({ shock, planted, found, named }) => [
      shock,
      number(planted),
      number(found),
      number(named),
    ])
    said.push(
      '',
      'shocks planted into held-out windows of this log:',
      table([['shock', 'planted', 'found', 'named'], ...rows], ['left', 'right', 'right', 'right']),
      '',
    )
    if (selfTest.shocks.every(({ found }) => found === 0)) {
      said.push('it finds none of them: do not rely on it for this log', '')
    }
  }
  return [...said, out].join('\n')
}
