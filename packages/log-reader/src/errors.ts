/**
 * A log could not be found or read.
 * - `missing-file`: an input does not exist
 * - `not-readable`: it exists, but may not be opened or is neither a file nor a directory
 * - `no-input`: directories and globs held no log at all
 * - `binary-file`: a file named by the user is not text (or is UTF-16)
 * - `empty-log`: a source has no bytes
 * - `broken-compression`: gzip or zstd data is corrupt or cut off
 * - `unknown-format`: a header format was asked for by a name that is not registered
 * - `stdin-twice`: standard input was named more than once, was not passed in, or was read twice
 */
export class LogReaderError extends Error {
  override readonly name = 'LogReaderError'

  constructor(
    readonly code:
      | 'missing-file'
      | 'not-readable'
      | 'no-input'
      | 'binary-file'
      | 'empty-log'
      | 'broken-compression'
      | 'unknown-format'
      | 'stdin-twice',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
