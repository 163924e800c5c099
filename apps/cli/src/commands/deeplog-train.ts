import type { CommandModule } from 'yargs'
import { type DeepLogTrainSummary, readDeepLog, trainDeepLogToFile } from '@sp/pipeline'
import { type DeepLogFlags, deepLogOptions, deepLogOptionsFrom, updateOptionsFrom } from '../deeplog-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { number, percent } from '../text.js'

interface Flags extends DeepLogFlags {
  readonly seq: string
  readonly vocab: string
  readonly out: string
  readonly parsed?: string
  readonly update?: string
  readonly json: boolean
}

/** `sp deeplog-train`: `sequences.parquet` of normal logs → a model. */
export const deepLogTrainCommand: CommandModule<object, Flags> = {
  command: 'deeplog-train',
  describe: 'train DeepLog on the sequences of normal logs, or update a model with new ones',
  builder: (yargs) =>
    yargs
      .option('seq', { type: 'string', demandOption: true, describe: 'sequences.parquet of "sp build-deeplog"' })
      .option('vocab', { type: 'string', demandOption: true, describe: 'vocab.json beside it' })
      .option('out', { type: 'string', demandOption: true, describe: 'file for the model' })
      .option('parsed', { type: 'string', describe: 'parsed.parquet of the same logs: learn values of parameters too' })
      .option('update', {
        type: 'string',
        describe: 'model to go on from, with its settings; refused where old logs would suffer',
      })
      .options(deepLogOptions)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async ({ progress, signal }) => {
      const summary = await trainDeepLogToFile({
        sequences: flags.seq,
        vocabulary: flags.vocab,
        out: flags.out,
        parsed: flags.parsed,
        update: flags.update === undefined ? undefined : await readDeepLog(flags.update),
        options: flags.update === undefined ? deepLogOptionsFrom(flags) : updateOptionsFrom(flags),
        onProgress: progress.show,
        signal,
      })
      return { json: summary, text: trainText(summary) }
    }),
}

function trainText(summary: DeepLogTrainSummary): string {
  const { sessions, events, epochs, trainLoss, topK, missesOfTopK, effectiveBudget, valueTemplates, update, out } =
    summary
  const said = [
    `${number(sessions)} normal sessions of ${number(events)} lines, ${epochs} epochs, mean surprise ${trainLoss.toFixed(3)} nats`,
    `top ${topK}: ${percent(missesOfTopK)} of held-out normal lines lie outside; about 1 normal session in ${number(Math.round(1 / effectiveBudget))} is flagged by chance`,
  ]
  if (valueTemplates !== null) said.push(`values of ${number(valueTemplates)} templates learned`)
  if (update) {
    const { oldMissesBefore, oldMissesAfter, newMissesBefore, newMissesAfter } = update
    said.push(
      `update: ${number(update.newSessions)} new sessions, ${number(update.newEvents)} new templates; outside the top k lie ` +
        `${percent(oldMissesBefore)} → ${percent(oldMissesAfter)} of old lines, ` +
        `${percent(newMissesBefore)} → ${percent(newMissesAfter)} of new ones`,
    )
  }
  return [...said, out].join('\n')
}
