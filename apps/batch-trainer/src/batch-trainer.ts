import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { fetchCommand } from './commands/fetch.js'
import { jobCommand } from './commands/job.js'
import { trainCommand } from './commands/train.js'
import { workerCommand } from './commands/worker.js'
import { UsageError } from './errors.js'
import { reportFailure } from './run-command.js'
import { VERSION } from './version.js'

const parser = yargs(hideBin(process.argv))
  .scriptName('batch-trainer')
  .usage('$0 <plan>\n\nTrains the bundles of a plan file: in parallel, within a memory budget; go on after any stop.')
  .command(trainCommand)
  .command(workerCommand)
  .command(fetchCommand)
  .command(jobCommand)
  .example('$0 plan.yml', 'on this machine')
  .example('$0 plan.yml --queue redis://head:6379', 'by workers, which run "$0 worker --queue redis://head:6379"')
  .strict()
  .wrap(Math.min(100, process.stdout.columns || 100))
  .version(VERSION)
  .epilogue('Exit codes: 0 fine, 2 error or a job that failed, 130 interrupted.')
  .exitProcess(false)
  .fail((message, error) => {
    const said = message?.startsWith('Not enough') ? 'name a plan file' : message
    throw error ?? new UsageError(`${said} (see "batch-trainer --help")`)
  })

try {
  await parser.parseAsync()
} catch (error) {
  reportFailure(error)
}
