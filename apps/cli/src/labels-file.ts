import { readFile } from 'node:fs/promises'
import { type Labels, readLabels } from '@sp/evaluation'
import { UsageError } from './errors.js'

/**
 * The labels in a file.
 * @throws {UsageError} when it cannot be read
 * @throws {EvaluationError} `bad-labels` when it holds none
 */
export async function labelsAt(path: string): Promise<Labels> {
  return readLabels(await readText(path))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UsageError(`cannot read the labels ${path} (${(cause as Error).message})`)
  }
}
