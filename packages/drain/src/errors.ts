/**
 * A miner could not be made or restored.
 * - `bad-options`: an option lies outside its range
 * - `bad-snapshot`: a snapshot is not one, is of another version, or contradicts itself
 */
export class DrainError extends Error {
  override readonly name = 'DrainError'

  constructor(
    readonly code: 'bad-options' | 'bad-snapshot',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
