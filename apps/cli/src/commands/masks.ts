import type { CommandModule } from 'yargs'
import { MASK_RULES } from '@sp/masking'
import { writtenLine } from '../command-words.js'
import { maskerFrom, type MaskingFlags, maskingOptions } from '../masking-options.js'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { table } from '../text.js'

interface ExplainFlags extends MaskingFlags {
  readonly line: string
  readonly json: boolean
}

/** `sp masks`: what is masked, and which rule took what. */
export const masksCommand: CommandModule = {
  command: 'masks <action>',
  describe: 'list the masks, or explain which rule takes what in a line',
  builder: (yargs) =>
    yargs.command(listCommand).command(explainCommand).demandCommand(1, 'say "masks list" or "masks explain <line>"'),
  handler: () => undefined,
}

const listCommand: CommandModule<object, { json: boolean }> = {
  command: 'list',
  describe: 'list the built-in masks',
  builder: (yargs) => yargs.option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const rows = MASK_RULES.map(({ name, type, toggle, description }) => [name, type, toggle, description])
      return {
        json: MASK_RULES,
        text: table([['rule', 'type', 'toggle', 'hides'], ...rows], ['left', 'left', 'left', 'left']),
      }
    }),
}

const explainCommand: CommandModule<object, ExplainFlags> = {
  command: 'explain <line>',
  describe: 'show what each rule takes from a line',
  builder: (yargs) =>
    yargs
      .positional('line', { type: 'string', demandOption: true, describe: 'the message, in quotes' })
      .options(maskingOptions)
      .option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const masker = await maskerFrom(flags)
      const line = writtenLine(flags.line)
      const { masked } = masker.mask(line)
      const explanations = masker.explain(line)
      const rows = explanations.map(({ start, end, value, rule, type }) => [`${start}–${end}`, value, type, rule])
      const text = rows.length
        ? table([['columns', 'text', 'type', 'rule'], ...rows], ['left', 'left', 'left', 'left'])
        : 'no rule takes anything'
      return { json: { masked, explanations }, text: `${masked}\n\n${text}` }
    }),
}
