/**
 * The service could not start, go on or take what it was given.
 * - `bad-options`: an option lies outside its range, or options contradict each other
 * - `needs-token`: it would leave the loopback without a token, or do without one what needs one
 * - `cannot-listen`: an address is taken, not of this machine, or not allowed
 * - `bad-bundle-name`: the name of a bundle is none, or leads outside the folder of bundles
 * - `no-detector`: this build has no detector of streams
 * - `bad-state`: a state folder or a state in Redis is damaged or of another version
 * - `source-failed`: a source of lines cannot be opened
 * - `sink-failed`: a sink refuses findings
 * - `redis-failed`: Redis cannot be reached, or its keys are not ours
 * - `overloaded`: more lines are waiting than the memory allows; nothing was taken
 * - `closed`: the service has been closed
 * - `no-page`: the sources of the page need esbuild
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'

  constructor(
    readonly code:
      | 'bad-options'
      | 'needs-token'
      | 'cannot-listen'
      | 'bad-bundle-name'
      | 'no-detector'
      | 'bad-state'
      | 'source-failed'
      | 'sink-failed'
      | 'redis-failed'
      | 'overloaded'
      | 'closed'
      | 'no-page',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
