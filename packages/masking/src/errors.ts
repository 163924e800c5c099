/**
 * A masker could not be made from what it was given.
 * - `bad-options`: an option has a value that it cannot have
 * - `bad-rules`: a rules file is not JSON, or a field is missing, unknown or of the wrong kind
 * - `bad-pattern`: a pattern of a rules file is not a regular expression of RE2, or matches the empty text
 * - `bad-example`: an example of a rules file does not come out as the file says
 */
export class MaskingError extends Error {
  override readonly name = 'MaskingError'

  constructor(
    readonly code: 'bad-options' | 'bad-rules' | 'bad-pattern' | 'bad-example',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
