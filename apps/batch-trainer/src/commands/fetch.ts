import type { CommandModule } from 'yargs'
import { UsageError } from '../errors.js'
import { runCommand } from '../run-command.js'
import { storeAddress } from '../store/store-address.js'

interface Flags {
  readonly store: string
  readonly name: string
  readonly out: string
}

/** `batch-trainer fetch`: a bundle of a store → a folder. */
export const fetchCommand: CommandModule<object, Flags> = {
  command: 'fetch <store> <name>',
  describe: 'bring a bundle from where a plan has it published',
  builder: (yargs) =>
    yargs
      .positional('store', { type: 'string', demandOption: true, describe: 's3://bucket/prefix, or a folder' })
      .positional('name', { type: 'string', demandOption: true, describe: 'name of the bundle in the plan' })
      .option('out', { alias: 'o', type: 'string', demandOption: true, describe: 'folder for it' }) as never,
  handler: ({ store, name, out }) =>
    runCommand({ json: false }, async () => {
      const address = storeAddress.safeParse(store)
      if (!address.success) throw new UsageError(`${store}: ${address.error.issues[0].message}`)
      const { resultStore } = await import('../store/result-store.js')
      await resultStore(store).fetch(name, out)
      return { json: null, text: `${name} lies in ${out}`, failed: false }
    }),
}
