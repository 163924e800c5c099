import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { METADATA, readBundleFolder } from '../bundle/bundle-folder.js'
import type { TrainedBundle, TrainingMetadata } from './train-bundle.js'

/**
 * The bundle that an earlier training has left, where it is whole and came of the same logs and settings.
 * @param key as in {@link TrainingMetadata}
 * @returns `null` where there is none, or another
 */
export async function finishedTraining(path: string, key: string): Promise<TrainedBundle | null> {
  try {
    const metadata = JSON.parse(await readFile(join(path, METADATA), 'utf8')) as TrainingMetadata
    if (metadata.key !== key) return null
    const { manifest } = await readBundleFolder(path)
    return { path, manifest, metadata, reused: true }
  } catch {
    // Whatever is wrong with it, it will be replaced.
    return null
  }
}
