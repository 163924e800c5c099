/**
 * The baseline detector could not do its work.
 * - `too-little-data`: fewer normal windows than a threshold can be calibrated on
 * - `bad-options`: an option lies outside its range
 * - `bad-model`: a stored model is damaged, or of a version that this code does not know
 * - `window-mismatch`: windows of another size or stride than the model was trained on
 * - `bad-score-file`: a table of scores lacks columns
 */
export class BaselineError extends Error {
  override readonly name = 'BaselineError'

  constructor(
    readonly code: 'too-little-data' | 'bad-options' | 'bad-model' | 'window-mismatch' | 'bad-score-file',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
