import type { CommandModule } from 'yargs'
import { describeFormats } from '@sp/log-reader'
import { outputOptions } from '../output-options.js'
import { runCommand } from '../run-command.js'
import { table } from '../text.js'

interface Flags {
  readonly json: boolean
}

/** `sp formats`: the header formats that are known. */
export const formatsCommand: CommandModule<object, Flags> = {
  command: 'formats',
  describe: 'list the header formats that are recognised',
  builder: (yargs) => yargs.option('json', outputOptions.json) as never,
  handler: (flags) =>
    runCommand(flags, async () => {
      const formats = describeFormats()
      const rows = formats.map(({ name, description, examples }) => [name, description, examples[0] ?? ''])
      return { json: formats, text: table([['format', 'what it is', 'example'], ...rows], ['left', 'left', 'left']) }
    }),
}
