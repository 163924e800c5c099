import type { CommandModule } from 'yargs'
import { reportFailure } from '../run-command.js'
import { serveOptions, type ServeFlags } from '../serve-options.js'

/** `sp serve`: a bundle as a service. */
export const serveCommand: CommandModule<object, ServeFlags> = {
  command: 'serve <bundle>',
  describe: 'judge lines as they come: HTTP, files, syslog, journald, Redis; a live page, metrics, findings as events',
  builder: (yargs) =>
    yargs
      .positional('bundle', { type: 'string', demandOption: true, describe: 'folder that "sp train" wrote' })
      .options(serveOptions) as never,
  handler: async (flags) => {
    try {
      // Loaded where it is needed: a web server takes a tenth of a second to load.
      const { serveBundle } = await import('../serve-bundle.js')
      await serveBundle(flags)
    } catch (error) {
      reportFailure(error)
    }
  },
}
