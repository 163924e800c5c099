/**
 * A network could not be differentiated, trained or run.
 * - `no-gradient`: an operator on the way from the loss to a parameter has no gradient
 * - `bad-loss`: the loss is missing or has the wrong shape
 * - `bad-data`: inputs do not fit the graph
 * - `not-finite`: the loss became NaN or infinite
 * - `bad-checkpoint`: a checkpoint is damaged or belongs to another training
 * - `bad-options`: an option has a value that it cannot have
 * - `no-engine`: the asked engine cannot be loaded
 * - `unsupported-operator`: an engine does not know an operator, or not with these attributes
 * - `worker-failed`: a thread of data-parallel training did not start or ended
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'

  constructor(
    readonly code:
      | 'no-gradient'
      | 'bad-loss'
      | 'bad-data'
      | 'not-finite'
      | 'bad-checkpoint'
      | 'bad-options'
      | 'no-engine'
      | 'unsupported-operator'
      | 'worker-failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
