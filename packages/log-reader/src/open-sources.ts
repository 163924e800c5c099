import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { compressionOf } from './decompress.js'
import { LogReaderError } from './errors.js'
import { openFile } from './open-file.js'
import { fileSource, streamSource, type Source } from './source.js'
import { CHECKED_BYTES, contentKind, type ContentKind } from './text-check.js'
import { refusal } from './text-only.js'

/** Where to look for logs. */
export interface OpenOptions {
  /** Levels of folders below a given directory that are searched; 0 is the directory itself. Default: all. */
  readonly maxDepth?: number
  /** What `-` reads. */
  readonly stdin?: AsyncIterable<Uint8Array>
  /** Time of reading standard input or a pipe, from which missing years are inferred. */
  readonly stdinTimeMs?: number
}

/** A file of a directory or glob that is not a log or cannot be read, or a directory that was not searched. */
export interface SkippedFile {
  readonly name: string
  /** `too-deep`: a directory below the levels that were to be searched. */
  readonly reason: Exclude<ContentKind, 'text'> | 'unreadable' | 'too-deep'
}

/** Sources in the order of the inputs, and what was passed over on the way. */
export interface SourceList extends Array<Source> {
  readonly skipped: readonly SkippedFile[]
}

/**
 * Finds the logs that inputs name: files, directories (searched recursively, hidden entries skipped, sorted by path),
 * globs, and `-` for standard input. A file named twice is read once. Binary and empty files are an error when named
 * themselves; in directories and globs they are listed in `skipped`, and so are files and directories that cannot be opened.
 * @throws {LogReaderError} `missing-file`, `not-readable`, `no-input`, `binary-file`, `empty-log`,
 * `broken-compression`, `stdin-twice`
 */
export async function openSources(inputs: readonly string[], options: OpenOptions = {}): Promise<SourceList> {
  const sources: Source[] = []
  const skipped: SkippedFile[] = []
  const seen = new Set<string>()
  for (const input of inputs) {
    if (input === '-') {
      sources.push(openStdin(sources, options))
      continue
    }
    const { paths, isNamed } = await findFiles(input, options.maxDepth ?? Infinity, skipped)
    const isOnly = inputs.length === 1 && paths.length === 1
    for (const path of paths) {
      // A pipe of a shell (`<(zcat …)`) has no real path.
      const identity = isOnly ? path : await realpath(path).catch(() => path)
      if (seen.has(identity)) continue
      seen.add(identity)
      const opened = await openLog(path, options).catch(isNamed ? undefined : unreadableAsNull)
      if (opened === null) skipped.push({ name: path, reason: 'unreadable' })
      else if (opened.kind === 'text') sources.push(opened.source)
      else if (isNamed) throw refusal(path, opened.kind)
      else skipped.push({ name: path, reason: opened.kind })
    }
  }
  if (sources.length === 0) throw noInput(inputs, skipped)
  return Object.assign(sources, { skipped })
}

function openStdin(sources: readonly Source[], options: OpenOptions): Source {
  if (sources.some((source) => source.name === '-')) {
    throw new LogReaderError('stdin-twice', 'standard input (-) is named twice; it can be read only once')
  }
  if (options.stdin === undefined) {
    throw new LogReaderError('stdin-twice', 'standard input (-) was asked for, but no `stdin` stream was passed in')
  }
  return streamSource('-', options.stdin, { modifiedMs: options.stdinTimeMs })
}

function unreadableAsNull(error: unknown): null {
  if (error instanceof LogReaderError && error.code === 'not-readable') return null
  throw error
}

async function findFiles(
  input: string,
  maxDepth: number,
  skipped: SkippedFile[],
): Promise<{ paths: readonly string[]; isNamed: boolean }> {
  const about = await statOrNull(input)
  if (about?.isDirectory()) return { paths: await filesBelow(input, maxDepth, skipped), isNamed: false }
  if (about !== null) return { paths: [input], isNamed: true }
  if (!isDynamicPattern(input)) {
    throw new LogReaderError('missing-file', `${input}: there is no such file or directory; check the path`)
  }
  const paths = await glob(input, { absolute: isAbsolute(input), expandDirectories: false, onlyFiles: true })
  return { paths: paths.sort(byCodeUnit), isNamed: false }
}

async function filesBelow(directory: string, depth: number, skipped: SkippedFile[]): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause) => {
    throw notReadable(directory, cause)
  })
  const paths: string[] = []
  for (const entry of entries.filter((candidate) => !candidate.name.startsWith('.'))) {
    const path = join(directory, entry.name)
    const isLink = entry.isSymbolicLink()
    // Links to files are followed, links to directories are not: they may lead round in circles.
    if (entry.isFile() || (isLink && (await statOrNull(path))?.isFile())) paths.push(path)
    else if (entry.isDirectory() && depth === 0) skipped.push({ name: path, reason: 'too-deep' })
    else if (entry.isDirectory()) {
      const below = await filesBelow(path, depth - 1, skipped).catch(unreadableAsNull)
      if (below === null) skipped.push({ name: path, reason: 'unreadable' })
      else paths.push(...below)
    }
  }
  return paths.sort(byCodeUnit)
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function openLog(path: string, options: OpenOptions): Promise<{ source: Source; kind: ContentKind }> {
  const about = await stat(path)
  if (about.isFIFO()) {
    // A pipe can be read once, so nobody may look at its beginning beforehand.
    return { source: streamSource(path, bytesOnce(path), { modifiedMs: options.stdinTimeMs }), kind: 'text' }
  }
  if (!about.isFile()) {
    throw new LogReaderError('not-readable', `${path}: neither a file nor a directory; name a log file`)
  }
  const source = fileSource(path, { sizeBytes: about.size, modifiedMs: about.mtimeMs })
  return { source, kind: contentKind(await readHead(source, path)) }
}

async function* bytesOnce(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path)
}

/** The first bytes of the content. */
async function readHead(source: Source, path: string): Promise<Uint8Array> {
  const head = await firstBytes(path)
  return compressionOf(head) === 'none' ? head : unpackedHead(source)
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await openFile(path).catch((cause) => {
    throw notReadable(path, cause)
  })
  try {
    const buffer = Buffer.alloc(CHECKED_BYTES)
    return buffer.subarray(0, await file.read(buffer, 0, CHECKED_BYTES, 0))
  } catch (cause) {
    throw notReadable(path, cause)
  } finally {
    await file.close()
  }
}

async function unpackedHead(source: Source): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  for await (const chunk of source.bytes()) {
    head = Buffer.concat([head, chunk])
    if (head.length >= CHECKED_BYTES) break
  }
  return head.subarray(0, CHECKED_BYTES)
}

async function statOrNull(path: string) {
  try {
    return await stat(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw notReadable(path, cause)
  }
}

function notReadable(path: string, cause: unknown): LogReaderError {
  const reason = (cause as Error).message
  return new LogReaderError('not-readable', `${path}: cannot be opened (${reason}); check its permissions`, { cause })
}

function noInput(inputs: readonly string[], skipped: readonly SkippedFile[]): LogReaderError {
  const passedOver = skipped.map(({ name, reason }) => `${name} (${reason})`).join(', ')
  return new LogReaderError(
    'no-input',
    `no log found; searched: ${inputs.join(', ') || 'nothing'}` + (passedOver && `; passed over: ${passedOver}`),
  )
}
