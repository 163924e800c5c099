/**
 * A table could not be read or written.
 * - `not-parquet`: the file is not parquet, or is cut off
 * - `missing-column`: a parquet file lacks a column that this table needs
 * - `missing-file`: there is no such file
 * - `read-failed`: the file is there and could not be read (a folder, no permission, a broken disk)
 * - `write-failed`: the disk refused (full, read-only, no such folder); nothing was left under the final name
 */
export class LogTableError extends Error {
  override readonly name = 'LogTableError'

  constructor(
    readonly code: 'not-parquet' | 'missing-column' | 'missing-file' | 'read-failed' | 'write-failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
