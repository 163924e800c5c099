import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import { BUNDLE_VERSION, type BundleManifest, manifestHash, manifestSchema, sha256Of } from './manifest.js'

/** Name of the manifest in the folder. */
export const MANIFEST = 'bundle.json'
/** Name of the file that tells how a bundle was made; no member: it differs from run to run. */
export const METADATA = 'metadata.json'

/** A bundle as files: what is written and read, nothing of what it means. */
export interface BundleFiles {
  readonly manifest: BundleManifest
  readonly members: ReadonlyMap<string, Uint8Array>
}

/**
 * Writes a bundle, whole or not at all: into a folder of another name beside it, which is then renamed. An earlier bundle
 * of that name is replaced.
 * @param about everything of the manifest but what follows from the members
 * @throws {PipelineError} `write-failed`; `bad-bundle` when something else has that name
 */
export async function writeBundleFolder(
  path: string,
  about: Omit<BundleManifest, 'format' | 'version' | 'hash' | 'members'>,
  files: { readonly members: ReadonlyMap<string, Uint8Array>; readonly metadata: unknown },
): Promise<BundleManifest> {
  await requireReplaceable(path)
  const manifest = manifestOf(about, files.members)
  const staging = sibling(path, 'partial')
  try {
    await mkdir(staging, { recursive: true })
    for (const [name, bytes] of files.members) await writeSynced(join(staging, name), bytes)
    await writeSynced(join(staging, METADATA), Buffer.from(jsonText(files.metadata)))
    await writeSynced(join(staging, MANIFEST), Buffer.from(jsonText(manifest)))
    await replaceFolder(staging, path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('write-failed', `cannot write the bundle ${path} (${reason}); choose another folder`, {
      cause,
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return manifest
}

/**
 * Reads a bundle and proves that it is whole.
 * @throws {PipelineError} `bad-bundle` when the folder is none, of another version, or a member is missing or damaged
 */
export async function readBundleFolder(path: string): Promise<BundleFiles> {
  const manifest = await readManifest(path)
  const members = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(manifest.members)) {
    const bytes = await readFile(join(path, name)).catch((cause) => {
      throw badBundle(path, `its ${name} cannot be read (${(cause as Error).message})`, cause)
    })
    const seen = sha256Of(bytes)
    if (seen !== expected.sha256) {
      const sizes = `${bytes.length} bytes with SHA-256 ${seen.slice(0, 12)}…, expected ${expected.bytes} with ${expected.sha256.slice(0, 12)}…`
      throw badBundle(path, `its ${name} was changed or damaged: ${sizes}`)
    }
    members.set(name, bytes)
  }
  return { manifest, members }
}

/** Reads and checks `bundle.json` alone. @throws {PipelineError} `bad-bundle` */
export async function readManifest(path: string): Promise<BundleManifest> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(join(path, MANIFEST), 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `its ${MANIFEST} is not JSON` : `there is no ${MANIFEST} in it`
    throw new PipelineError('bad-bundle', `${path} is no bundle (${why}); make one with "sp train"`, { cause })
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown }
  if (format === 'sp-bundle' && version !== BUNDLE_VERSION) {
    throw badBundle(path, `it is of version ${String(version)}, this program reads version ${BUNDLE_VERSION}`)
  }
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw badBundle(path, `${MANIFEST}: ${issue.path.join('.') || 'top level'}: ${issue.message}`)
  }
  const name = Object.keys(parsed.data.members).find((member) => member !== basename(member))
  if (name !== undefined) throw badBundle(path, `${MANIFEST} names a member outside the folder, ${name}`)
  const hash = manifestHash(parsed.data)
  if (hash !== parsed.data.hash) throw badBundle(path, `${MANIFEST} was changed: its hash is ${hash.slice(0, 12)}…`)
  return parsed.data
}

/** An error that names the bundle and says what to do. */
export function badBundle(path: string, what: string, cause?: unknown): PipelineError {
  return new PipelineError('bad-bundle', `the bundle ${path} cannot be used: ${what}; restore it or train again`, {
    cause,
  })
}

/**
 * Refuses a path that holds something other than a bundle, which writing would destroy.
 * @throws {PipelineError} `bad-bundle`, `write-failed` when it lies in no folder
 */
export async function requireReplaceable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found !== null) {
    const isBundle = found.isDirectory() && (await stat(join(path, MANIFEST)).catch(() => null)) !== null
    if (isBundle || (found.isDirectory() && (await isEmpty(path)))) return
    const what = found.isDirectory() ? 'a folder that is no bundle' : 'a file'
    throw new PipelineError('bad-bundle', `${path} is ${what}; it would be replaced: choose another name`)
  }
  const parent = dirname(resolve(path))
  if ((await stat(parent).catch(() => null))?.isDirectory()) return
  throw new PipelineError('write-failed', `there is no folder ${parent} to write the bundle into; create it first`)
}

async function isEmpty(path: string): Promise<boolean> {
  return (await readdir(path)).length === 0
}

function manifestOf(
  about: Omit<BundleManifest, 'format' | 'version' | 'hash' | 'members'>,
  members: ReadonlyMap<string, Uint8Array>,
): BundleManifest {
  const entries = [...members].map(([name, bytes]) => [name, { sha256: sha256Of(bytes), bytes: bytes.length }] as const)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  const unnamed = {
    format: 'sp-bundle' as const,
    version: BUNDLE_VERSION as typeof BUNDLE_VERSION,
    ...about,
    members: Object.fromEntries(entries),
  }
  return { ...unnamed, hash: manifestHash(unnamed) } as BundleManifest
}

/** A hidden folder beside another, on the same disk. */
function sibling(path: string, what: string): string {
  const whole = resolve(path)
  return join(dirname(whole), `.${basename(whole)}.${what}-${randomUUID()}`)
}

/** On disk before it gets its name: after a loss of power a bundle is the old one or the new one. */
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
