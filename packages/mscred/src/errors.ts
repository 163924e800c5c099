/**
 * A network over series could not do its work.
 * - `bad-options`: an option lies outside its range
 * - `too-little-data`: fewer frames than a network can be trained on
 * - `diverged`: what a network learned are no numbers
 * - `bad-model`: a stored model is damaged, or of a version that this code does not know
 */
export class MscredError extends Error {
  override readonly name = 'MscredError'

  constructor(
    readonly code: 'bad-options' | 'too-little-data' | 'diverged' | 'bad-model',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
