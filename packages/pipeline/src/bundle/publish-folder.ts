import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PipelineError } from '../errors.js'

/** What kind of folder is published: how people call it, and the file by which it is known. */
export interface PublishedKind {
  readonly name: string
  readonly marker: string
}

/**
 * Writes a folder of files, whole or not at all: into a folder of another name beside it, which is then renamed. An earlier
 * one of that kind is replaced.
 * @param files in the order in which they are written; the marker last
 * @throws {PipelineError} `write-failed`; `bad-bundle` when something else has that name
 */
export async function publishFolder(
  path: string,
  kind: PublishedKind,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await requireReplaceable(path, kind)
  const staging = sibling(path, 'partial')
  try {
    await mkdir(staging, { recursive: true })
    for (const [name, bytes] of files) await writeSynced(join(staging, name), bytes)
    await replaceFolder(staging, path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError(
      'write-failed',
      `cannot write the ${kind.name} ${path} (${reason}); choose another folder`,
      {
        cause,
      },
    )
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/**
 * Refuses a path that holds something other than such a folder, which writing would destroy.
 * @throws {PipelineError} `bad-bundle`, `write-failed` when it lies in no folder
 */
export async function requireReplaceable(path: string, { name, marker }: PublishedKind): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found !== null) {
    const isOne = found.isDirectory() && (await stat(join(path, marker)).catch(() => null)) !== null
    if (isOne || (found.isDirectory() && (await isEmpty(path)))) return
    const what = found.isDirectory() ? `a folder that is no ${name}` : 'a file'
    throw new PipelineError('bad-bundle', `${path} is ${what}; it would be replaced: choose another name`)
  }
  const parent = dirname(resolve(path))
  if ((await stat(parent).catch(() => null))?.isDirectory()) return
  throw new PipelineError('write-failed', `there is no folder ${parent} to write the ${name} into; create it first`)
}

async function isEmpty(path: string): Promise<boolean> {
  return (await readdir(path)).length === 0
}

/** A hidden folder beside another, on the same disk. */
function sibling(path: string, what: string): string {
  const whole = resolve(path)
  return join(dirname(whole), `.${basename(whole)}.${what}-${randomUUID()}`)
}

/** On disk before it gets its name: after a loss of power a folder is the old one or the new one. */
async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await writeFile(file, bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A folder cannot be renamed over another that is not empty: the old one steps aside first. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const aside = sibling(to, 'replaced')
  const wasThere = await rename(to, aside).then(
    () => true,
    () => false,
  )
  try {
    await rename(from, to)
  } catch (cause) {
    if (wasThere) await rename(aside, to)
    throw cause
  }
  if (wasThere) await rm(aside, { recursive: true, force: true })
}
