import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MANIFEST } from '../bundle/bundle-folder.js'

/** The bundles at a path: itself where it is one, else those directly in it, by name. Empty where there are none. */
export async function findBundles(path: string): Promise<string[]> {
  if (await isBundle(path)) return [path]
  const names = await readdir(path).catch(() => [])
  const found: string[] = []
  for (const name of names.sort()) {
    if (!name.startsWith('.') && (await isBundle(join(path, name)))) found.push(join(path, name))
  }
  return found
}

async function isBundle(path: string): Promise<boolean> {
  const found = await stat(join(path, MANIFEST)).catch(() => null)
  return found !== null && found.isFile()
}
