import { LogTableError, readTable } from '@sp/log-table'

/** A table; `null` where there is none. */
export async function optionalTable(path: string): Promise<Record<string, ArrayLike<unknown>> | null> {
  try {
    return await readTable(path)
  } catch (error) {
    if (error instanceof LogTableError && error.code === 'missing-file') return null
    throw error
  }
}
