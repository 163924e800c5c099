/**
 * A report could not be built or read.
 * - `bad-option`: an option lies outside its range
 * - `bad-report`: what is read is no report, or of another version
 * - `bad-state`: a saved state is of another format or version
 * - `no-page`: the script of the HTML page is not there
 */
export class ReportError extends Error {
  override readonly name = 'ReportError'

  constructor(
    readonly code: 'bad-option' | 'bad-report' | 'bad-state' | 'no-page',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
