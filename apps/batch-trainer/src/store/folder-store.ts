import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyBundle, pasteBundle, readManifest } from '@sp/pipeline'
import { StoreError } from '../errors.js'
import type { ResultStore } from './result-store.js'

/** Bundles as folders of a folder, such as one that many machines share. */
export class FolderStore implements ResultStore {
  constructor(private readonly root: string) {}

  /** See {@link ResultStore.publish}. */
  async publish(name: string, bundle: string): Promise<void> {
    const copied = await copyBundle(bundle)
    const there = await readManifest(join(this.root, name)).catch(() => null)
    if (there?.hash === copied.hash) return
    await mkdir(this.root, { recursive: true }).catch((cause: Error) => {
      throw new StoreError(`cannot make the store ${this.root} (${cause.message})`, { cause })
    })
    await pasteBundle(join(this.root, name), copied)
  }

  /** See {@link ResultStore.fetch}. */
  async fetch(name: string, folder: string): Promise<void> {
    await pasteBundle(folder, await copyBundle(join(this.root, name)))
  }
}
