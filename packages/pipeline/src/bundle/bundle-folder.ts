import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PipelineError } from '../errors.js'
import { jsonText } from '../json-file.js'
import { BUNDLE_VERSION, type BundleManifest, manifestHash, manifestSchema, sha256Of } from './manifest.js'
import { publishFolder, requireReplaceable as requireFolder } from './publish-folder.js'

/** Name of the manifest in the folder. */
export const MANIFEST = 'bundle.json'
/** Name of the file that tells how a bundle was made; no member: it differs from run to run. */
export const METADATA = 'metadata.json'

const BUNDLE = { name: 'bundle', marker: MANIFEST, format: 'sp-bundle' }

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
  const manifest = manifestOf(about, files.members)
  const all = new Map(files.members)
  all.set(METADATA, Buffer.from(jsonText(files.metadata)))
  all.set(MANIFEST, Buffer.from(jsonText(manifest)))
  await publishFolder(path, BUNDLE, all)
  return manifest
}

/**
 * Reads a bundle and proves that it is whole.
 * @throws {PipelineError} `bad-bundle` when the folder is none, of another version, or a member is missing or damaged
 */
export function readBundleFolder(path: string): Promise<BundleFiles> {
  return readBundle(path, inFolder(path))
}

/** All files of a bundle by name, in the order in which they may appear somewhere: the manifest last. */
export interface CopiedBundle {
  readonly hash: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * Reads a bundle from wherever it lies and proves that it is whole.
 * @param where it lies, for errors
 * @param read gives the bytes of a file of it
 * @throws {PipelineError} `bad-bundle`
 */
export async function copyBundle(where: string, read: ReadFile = inFolder(where)): Promise<CopiedBundle> {
  const { manifest, members } = await readBundle(where, read)
  const files = new Map(members)
  for (const name of [METADATA, MANIFEST]) files.set(name, await readMember(where, name, read))
  return { hash: manifest.hash, files }
}

/**
 * Writes a bundle that was copied, whole or not at all.
 * @throws {PipelineError} `write-failed`; `bad-bundle` when something else has that name
 */
export function pasteBundle(path: string, { files }: CopiedBundle): Promise<void> {
  return publishFolder(path, BUNDLE, files)
}

type ReadFile = (name: string) => Promise<Uint8Array>

function inFolder(path: string): ReadFile {
  return (name) => readFile(join(path, name))
}

async function readMember(path: string, name: string, read: ReadFile): Promise<Uint8Array> {
  try {
    return await read(name)
  } catch (cause) {
    throw badBundle(path, `its ${name} cannot be read (${(cause as Error).message})`, cause)
  }
}

async function readBundle(path: string, read: ReadFile): Promise<BundleFiles> {
  const manifest = await manifestFrom(path, read)
  const members = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(manifest.members)) {
    const bytes = await readMember(path, name, read)
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
export function readManifest(path: string): Promise<BundleManifest> {
  return manifestFrom(path, inFolder(path))
}

async function manifestFrom(path: string, read: ReadFile): Promise<BundleManifest> {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(await read(MANIFEST)).toString('utf8'))
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
  // A member that refuses its bytes may have said so itself.
  const why = what.replace(/; (restore the file or )?train again$/, '')
  return new PipelineError('bad-bundle', `the bundle ${path} cannot be used: ${why}; restore it or train again`, {
    cause,
  })
}

/**
 * Refuses a path that holds something other than a bundle, which writing would destroy.
 * @throws {PipelineError} `bad-bundle`, `write-failed` when it lies in no folder
 */
export function requireReplaceable(path: string): Promise<void> {
  return requireFolder(path, BUNDLE)
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
