/**
 * A report could not be built.
 * - `bad-option`: an option lies outside its range
 * - `rows-mismatch`: scores, sources and rows are not of the same log
 */
export class ReportError extends Error {
  override readonly name = 'ReportError'

  constructor(
    readonly code: 'bad-option' | 'rows-mismatch',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
