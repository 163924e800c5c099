/**
 * A synthetic log could not be made, or labels could not be read.
 * - `bad-option`: an option lies outside its range
 * - `too-few-lines`: the incidents asked for do not fit into the lines asked for
 * - `bad-labels`: a labels file is not what its format says
 * - `no-data`: a data set is not in the folder named
 */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'

  constructor(
    readonly code: 'bad-option' | 'too-few-lines' | 'bad-labels' | 'no-data',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
