/** What the process ends with. Decided in `run-command.ts` only. */
export const EXIT = {
  fine: 0,
  /** Bad input, or a job that failed. */
  error: 2,
  /** Interrupted (128 + SIGINT), as shells expect. */
  interrupted: 130,
} as const

/** The command line or the plan asks for something that cannot be done as written. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A store of results does not do what it is asked. The message is a sentence. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code = 'store-failed'
}

/**
 * A job did not come to its end.
 * - `refused`: its data or settings do not allow it; another try would end the same
 * - `crashed`: its process ended by itself; another try may go well
 * - `interrupted`: somebody stopped it
 */
export class JobError extends Error {
  override readonly name = 'JobError'

  constructor(
    readonly code: 'refused' | 'crashed' | 'interrupted',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
