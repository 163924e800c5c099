import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { z } from 'zod'
import { PipelineError } from './errors.js'

/**
 * Reads a JSON file that an earlier step wrote and checks its shape.
 * @param madeBy the command that writes such a file, named in the error
 * @throws {PipelineError} `bad-folder` when the file is missing, no JSON, or of another shape or version
 */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>, madeBy: string): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new PipelineError('bad-folder', `no ${basename(path)} in ${dirname(path)}; run "${madeBy}" into it first`, {
      cause,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new PipelineError('bad-folder', `${path} is not JSON; run "${madeBy}" again`, { cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = issue.path.join('.') || 'top level'
  throw new PipelineError('bad-folder', `${path}: ${key}: ${issue.message}; run "${madeBy}" again with this version`)
}

/** The text of a JSON file for people and programs: two spaces, a final newline. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n'
}
