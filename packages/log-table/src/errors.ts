/**
 * A table could not be read or written.
 * - `not-parquet`: the file is not parquet, or is cut off
 * - `missing-column`: a parquet file lacks a column that this table needs
 * - `missing-file`: there is no such file
 * - `write-failed`: the disk refused (full, read-only, no such folder); nothing was left under the final name
 */
export class LogTableError extends Error {
  override readonly name = 'LogTableError'

  constructor(
    readonly code: 'not-parquet' | 'missing-column' | 'missing-file' | 'write-failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
