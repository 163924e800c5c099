import { readFile } from 'node:fs/promises'
import { type BaseMiner, importDrain3Snapshot, restoreMiner } from '@sp/drain'
import { writeFileAtomically } from '@sp/log-table'
import { jsonText } from './json-file.js'

/**
 * The miner saved in a state file, or the given one where the file does not exist yet. Reads our JSON snapshots and
 * the snapshot files of Drain3; a saved miner is of the kind and keeps the settings it was saved with.
 * @throws {DrainError} `bad-snapshot`
 */
export async function loadMiner(path: string | undefined, fresh: BaseMiner): Promise<BaseMiner> {
  const text = path === undefined ? null : await readIfExists(path)
  if (text === null) return fresh
  return text.trimStart().startsWith('{"format"') || text.trimStart().startsWith('{\n')
    ? restoreMiner(JSON.parse(text))
    : importDrain3Snapshot(text)
}

/** Saves what the miner has learned, whole or not at all. */
export async function saveMiner(path: string, miner: BaseMiner): Promise<void> {
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
