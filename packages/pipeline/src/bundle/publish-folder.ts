import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PipelineError } from '../errors.js'
import { makeFolder } from '../output-folder.js'

/** What kind of folder is published: how people call it, and the file by which it is known. */
export interface PublishedKind {
  readonly name: string
  /** A JSON file, and its `format`. */
  readonly marker: string
  readonly format: string
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
export async function requireReplaceable(path: string, kind: PublishedKind): Promise<void> {
  const { name } = kind
  const found = await stat(path).catch(() => null)
  if (found !== null) {
    const isOne = found.isDirectory() && (await isOfKind(path, kind))
    if (isOne || (found.isDirectory() && (await isEmpty(path)))) return
    const what = found.isDirectory() ? `a folder that is no ${name}` : 'a file'
    throw new PipelineError('bad-bundle', `${path} is ${what}; it would be replaced: choose another name`)
  }
  const parent = dirname(resolve(path))
  try {
    await makeFolder(parent)
  } catch (cause) {
    const reason = (cause as Error).message
    throw new PipelineError('write-failed', `cannot make the folder ${parent} for the ${name} (${reason})`, { cause })
  }
}

/** Whether the marker says so: another program's folder may have a file of that name. */
async function isOfKind(path: string, { marker, format }: PublishedKind): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(await readFile(join(path, marker), 'utf8'))
    return (value as { format?: unknown } | null)?.format === format
  } catch {
    return false
  }
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
