import { removeUnfinished } from '@sp/pipeline'
import { EXIT, UsageError } from './errors.js'
import { ProgressBar } from './progress.js'

/** What a command does its work with. */
export interface CommandContext {
  readonly progress: ProgressBar
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
}

/** What a command has to say: text for people or data for `--json`. */
export interface CommandResult {
  readonly json: unknown
  readonly text: string
  /** True when the command found what `--fail-on-anomaly` asks about. */
  readonly foundAnomalies?: boolean
  /** What was found to be broken, in one sentence: the command has something to say, and fails. */
  readonly broken?: string
}

/** How long an interrupted run may take to end by itself. */
const GRACE_MS = 1500

/** Runs a command's work: progress, interruption, output, exit code. */
export async function runCommand(
  options: { readonly json?: boolean; readonly failOnAnomaly?: boolean; readonly outDir?: string },
  work: (context: CommandContext) => Promise<CommandResult>,
): Promise<void> {
  const progress = new ProgressBar()
  const interruption = new AbortController()
  function interrupt(): void {
    interruption.abort(new Error('interrupted'))
    // A read that waits for input would not notice the signal.
    process.stdin.destroy()
    // Nor does a pipe that nobody writes to: then the run is ended from outside, its unfinished files removed.
    setTimeout(() => {
      progress.stop()
      if (options.outDir !== undefined) removeUnfinished(options.outDir)
      reportFailure(null)
      // `process.exit` would wait for the read; the signal itself does not, and shells report it as 130.
      process.removeAllListeners('SIGINT')
      process.kill(process.pid, 'SIGINT')
    }, GRACE_MS).unref()
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    const result = await work({ progress, signal: interruption.signal })
    progress.stop()
    process.stdout.write(options.json ? JSON.stringify(result.json, null, 2) + '\n' : result.text + '\n')
    process.exitCode = options.failOnAnomaly && result.foundAnomalies ? EXIT.anomalies : EXIT.fine
    if (result.broken !== undefined) reportFailure(new UsageError(result.broken))
  } catch (error) {
    progress.stop()
    reportFailure(interruption.signal.aborted ? null : error)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

/** Says in one sentence what went wrong (`null`: the user interrupted) and sets the exit code. */
export function reportFailure(error: unknown): void {
  if (error === null) {
    process.stderr.write('sp: interrupted; nothing was written\n')
    process.exitCode = EXIT.interrupted
    return
  }
  process.stderr.write(`sp: ${error instanceof Error ? sentence(error) : String(error)}\n`)
  process.exitCode = EXIT.error
}

/** Our own errors speak for themselves; anything else is a defect, and its stack helps to mend it. */
function sentence(error: Error): string {
  const isOurs = 'code' in error && !('syscall' in error)
  if (isOurs || error.name === 'UsageError' || error.name === 'YError') return error.message
  if ('syscall' in error) return error.message
  return `unexpected ${error.stack ?? error.message}\nThis is a defect of sp; please report it with the lines above.`
}
