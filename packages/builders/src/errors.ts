/**
 * A model input could not be built.
 * - `bad-window`: window size or stride is not a positive integer
 * - `bad-channels`: a stored channel mapping is damaged or of another version, or too few series are asked for
 * - `bad-selection`: a window index lies outside the windows
 * - `bad-session-key`: a session key is neither a rule nor a regular expression, or a limit of sessions is not positive
 * - `bad-vocabulary`: a stored vocabulary is damaged, or of a version that this code does not know
 */
export class BuildersError extends Error {
  override readonly name = 'BuildersError'

  constructor(
    readonly code: 'bad-window' | 'bad-channels' | 'bad-selection' | 'bad-session-key' | 'bad-vocabulary',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
