/**
 * DeepLog could not do its work.
 * - `too-little-data`: fewer sessions or events than a network and a threshold can be learned from
 * - `bad-options`: an option lies outside its range
 * - `bad-model`: a stored model is damaged, or of a version that this code does not know
 * - `vocabulary-mismatch`: events or a vocabulary that the model was not trained with
 * - `update-refused`: an update would make what is known worse
 */
export class DeepLogError extends Error {
  override readonly name = 'DeepLogError'

  constructor(
    readonly code: 'too-little-data' | 'bad-options' | 'bad-model' | 'vocabulary-mismatch' | 'update-refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
