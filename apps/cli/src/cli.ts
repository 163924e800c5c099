import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { analyzeCommand } from './commands/analyze.js'
import { batchCommand } from './commands/batch.js'
import { buildDeepLogCommand } from './commands/build-deeplog.js'
import { buildMscredCommand } from './commands/build-mscred.js'
import { deepLogInferCommand } from './commands/deeplog-infer.js'
import { deepLogTrainCommand } from './commands/deeplog-train.js'
import { analyzeComparativeCommand } from './commands/analyze-comparative.js'
import { analyzeMscredCommand } from './commands/analyze-mscred.js'
import { analyzeSamplesCommand } from './commands/analyze-samples.js'
import { analyzeTemporalCommand } from './commands/analyze-temporal.js'
import { compareCommand } from './commands/compare.js'
import { convertOnnxCommand } from './commands/convert-onnx.js'
import { detectCommand } from './commands/detect.js'
import { doctorCommand } from './commands/doctor.js'
import { evalCommand } from './commands/eval.js'
import { formatsCommand } from './commands/formats.js'
import { syntheticCommands } from './commands/gen-synth.js'
import { hybridPipelineCommand } from './commands/hybrid-pipeline.js'
import { inferCommand } from './commands/infer.js'
import { masksCommand } from './commands/masks.js'
import { mscredInferCommand } from './commands/mscred-infer.js'
import { mscredTrainCommand } from './commands/mscred-train.js'
import { openCommand } from './commands/open.js'
import { parseCommand } from './commands/parse.js'
import { reportCommand } from './commands/report.js'
import { serveCommand } from './commands/serve.js'
import { trainCommand } from './commands/train.js'
import { templatesCommand } from './commands/templates.js'
import { updateCommand } from './commands/update.js'
import { validateCommand } from './commands/validate.js'
import { validateBaselineCommand } from './commands/validate-baseline.js'
import { commandWords } from './command-words.js'
import { EXIT, UsageError } from './errors.js'
import { reportFailure } from './run-command.js'
import { VERSION } from './version.js'

// A reader that goes away (`sp … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.fine)
  throw error
})

const parser = yargs(commandWords(hideBin(process.argv)))
  .scriptName('sp')
  .usage('$0 <command>\n\nFinds the strange lines in a log and shows them.')
  .command(analyzeCommand)
  .command(trainCommand)
  .command(inferCommand)
  .command(updateCommand)
  .command(batchCommand)
  .command(validateCommand)
  .command(compareCommand)
  .command(convertOnnxCommand)
  .command(hybridPipelineCommand)
  .command(parseCommand)
  .command(detectCommand)
  .command(reportCommand)
  .command(serveCommand)
  .command(analyzeSamplesCommand)
  .command(openCommand)
  .command(templatesCommand)
  .command(buildDeepLogCommand)
  .command(deepLogTrainCommand)
  .command(deepLogInferCommand)
  .command(buildMscredCommand)
  .command(mscredTrainCommand)
  .command(mscredInferCommand)
  .command(analyzeMscredCommand)
  .command(analyzeTemporalCommand)
  .command(analyzeComparativeCommand)
  .command(validateBaselineCommand)
  .command(evalCommand)
  .command([...syntheticCommands])
  .command(masksCommand)
  .command(formatsCommand)
  .command(doctorCommand)
  .completion('completion', 'print a completion script for bash or zsh')
  .example('$0 analyze /var/log/syslog', 'learn from its first half, judge the rest')
  .example('$0 analyze today.log --train normal/', 'learn from known normal logs')
  .demandCommand(1, 'name a command; "sp --help" lists them')
  .recommendCommands()
  .strict()
  .check(refuseNoNumbers)
  .wrap(Math.min(100, process.stdout.columns || 100))
  .version(VERSION)
  .epilogue('Exit codes: 0 fine, 1 anomalies found (only with --fail-on-anomaly), 2 error, 130 interrupted.')
  .exitProcess(false)
  .fail((message, error) => {
    throw error ?? new UsageError(`${message} (see "sp --help")`)
  })

/** yargs makes NaN of what is no number, or of nothing, and says no word. */
function refuseNoNumbers(flags: Record<string, unknown>): true {
  const flag = Object.keys(flags).find((name) => Number.isNaN(flags[name]))
  if (flag === undefined) return true
  throw new UsageError(`--${flag} needs a number, such as --${flag} 10`)
}

try {
  await parser.parseAsync()
} catch (error) {
  reportFailure(error)
}
