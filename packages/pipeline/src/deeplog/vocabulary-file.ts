import { readFile } from 'node:fs/promises'
import { PAD, UNK, Vocabulary } from '@sp/builders'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'

const RESERVED = [
  ['<PAD>', PAD],
  ['<UNK>', UNK],
] as const

/** The text of `vocab.json`: template id → index, as in the reference system, but 0 and 1 are no templates. */
export function vocabularyText(vocabulary: Vocabulary): string {
  const { names } = vocabulary.toJSON()
  return jsonText(Object.fromEntries([...RESERVED, ...names.map((name) => [name, vocabulary.indexOf(name)] as const)]))
}

/**
 * Reads a `vocab.json`.
 * @throws {PipelineError} `bad-folder` when it is missing, no JSON, or no vocabulary of ours
 */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  let indices: unknown
  try {
    indices = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('bad-folder', `cannot read the vocabulary ${path} (${reason}); run "sp build-deeplog"`, {
      cause,
    })
  }
  const entries = Object.entries((indices ?? {}) as Record<string, unknown>)
  const reserved: readonly string[] = RESERVED.map(([name]) => name)
  const ordered = entries
    .filter(([name]) => !reserved.includes(name))
    .sort(([, a], [, b]) => (a as number) - (b as number))
  const isOurs =
    RESERVED.every(([name, index]) => (indices as Record<string, unknown>)?.[name] === index) &&
    ordered.every(([, index], i) => index === i + RESERVED.length)
  if (isOurs) return Vocabulary.fromJSON({ version: 1, names: ordered.map(([name]) => name) })
  throw new PipelineError(
    'bad-folder',
    `${path} is no vocabulary of ours (<PAD> 0, <UNK> 1, then template ids from 2 without a gap); ` +
      'build one with "sp build-deeplog"',
  )
}
