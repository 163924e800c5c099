import { readFile } from 'node:fs/promises'

/** A JSON file of an earlier step; `null` where there is none, or none that can be read. */
export async function readOptionalJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch {
    return null
  }
}
