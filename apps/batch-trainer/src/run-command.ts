import { EXIT } from './errors.js'

/** What a command has to say: text for people or data for `--json`. */
export interface CommandResult {
  readonly json: unknown
  readonly text: string
  readonly failed: boolean
}

/** Runs a command's work: interruption, output, exit code. */
export async function runCommand(
  { json }: { readonly json: boolean },
  work: (signal: AbortSignal) => Promise<CommandResult>,
): Promise<void> {
  const interruption = new AbortController()
  function interrupt(): void {
    interruption.abort(new Error('interrupted'))
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    const { json: data, text, failed } = await work(interruption.signal)
    process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text}\n`)
    process.exitCode = failed ? EXIT.error : EXIT.fine
  } catch (error) {
    reportFailure(interruption.signal.aborted ? null : error)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

/** Says in one sentence what went wrong (`null`: the user interrupted) and sets the exit code. */
export function reportFailure(error: unknown): void {
  const said = error === null ? 'interrupted; start it again to go on' : sentence(error)
  process.stderr.write(`batch-trainer: ${said}\n`)
  process.exitCode = error === null ? EXIT.interrupted : EXIT.error
}

/** Our own errors speak for themselves; anything else is a defect, and its stack helps to mend it. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error || error.name === 'UsageError' || error.name === 'YError') return error.message
  return `unexpected ${error.stack ?? error.message}\nThis is a defect; please report it with the lines above.`
}
