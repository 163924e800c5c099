import { readFile } from 'node:fs/promises'
import { type BaseMiner, importDrain3Snapshot, restoreMiner } from '@sp/drain'
import { writeFileAtomically } from '@sp/log-table'
import { PipelineError } from './errors.js'
import { jsonText } from './json-file.js'

/**
 * The miner saved in a state file, or the given one where the file does not exist yet. Reads our JSON snapshots and
 * the snapshot files of Drain3; a saved miner is of the kind and keeps the settings it was saved with.
 * @throws {PipelineError} `bad-state` when the file holds neither
 */
export async function loadMiner(path: string | undefined, fresh: BaseMiner): Promise<BaseMiner> {
  const text = path === undefined ? null : await readIfExists(path)
  if (text === null) return fresh
  try {
    return isOurs(text) ? restoreMiner(JSON.parse(text)) : importDrain3Snapshot(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('bad-state', `${path} is no miner state (${reason}); name another file, or remove it`, {
      cause,
    })
  }
}

/** Our snapshots begin with their format; those of Drain3 are base64, or JSON of its own. */
function isOurs(text: string): boolean {
  return /^\s*\{\s*"format"/.test(text)
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
