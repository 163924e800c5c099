import type { CommandModule } from 'yargs'
import { UsageError } from '../errors.js'
import { serveJob } from '../job-process.js'

/** The process of one job; started by the others only. */
export const jobCommand: CommandModule = {
  command: 'job',
  describe: false,
  handler: () => {
    if (process.send === undefined) throw new UsageError('"job" is for the batch trainer itself; name a plan file')
    serveJob()
  },
}
