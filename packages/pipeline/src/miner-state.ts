import { readFile } from 'node:fs/promises'
import { Drain, type DrainOptions, importDrain3Snapshot } from '@sp/drain'
import { writeFileAtomically } from '@sp/log-table'
import { jsonText } from './json-file.js'

/**
 * The miner saved in a state file, or a fresh one where the file does not exist yet. Reads our JSON snapshots and
 * the snapshot files of Drain3; a saved miner keeps the settings it was saved with.
 * @throws {DrainError} `bad-snapshot`
 */
export async function loadMiner(path: string | undefined, options: DrainOptions): Promise<Drain> {
  const text = path === undefined ? null : await readIfExists(path)
  if (text === null) return Drain.create(options)
  return text.trimStart().startsWith('{"format"') || text.trimStart().startsWith('{\n')
    ? Drain.restore(JSON.parse(text))
    : importDrain3Snapshot(text)
}

/** Saves what the miner has learned, whole or not at all. */
export async function saveMiner(path: string, miner: Drain): Promise<void> {
  await writeFileAtomically(path, jsonText(miner.snapshot()))
}

async function readIfExists(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
