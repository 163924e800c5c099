import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LogTableError } from './errors.js'

/**
 * A file that appears under its name only when it is whole: bytes go to `<name>.<unique>.partial` beside it,
 * and `commit` renames. After a failed `append` or `commit` the partial file is gone.
 */
export class AtomicFile {
  readonly #path: string
  readonly #partialPath: string
  readonly #handle: FileHandle
  #size = 0
  #isOpen = true

  private constructor(path: string, partialPath: string, handle: FileHandle) {
    this.#path = path
    this.#partialPath = partialPath
    this.#handle = handle
  }

  /**
   * Opens the partial file; what stands at `path` stays until `commit`.
   * @throws {LogTableError} `write-failed` when the folder is missing or refuses, or `path` is a folder
   */
  static async create(path: string): Promise<AtomicFile> {
    const partialPath = `${path}.${randomUUID()}.partial`
    try {
      await refuseFolder(path)
      return new AtomicFile(path, partialPath, await open(partialPath, 'wx+'))
    } catch (error) {
      throw writeError(path, error)
    }
  }

  /** Bytes appended so far. */
  get size(): number {
    return this.#size
  }

  /** Adds bytes at the end. Await each call before the next: that is the back-pressure. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#orDiscard(() => this.#handle.writeFile(bytes))
    this.#size += bytes.byteLength
  }

  /** Bytes already appended, from `position` on, for a file that is its writer's own scratch space. */
  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    await this.#orDiscard(() => readFully(this.#handle, bytes, position))
    return bytes
  }

  /** Closes the file and puts it under its name, replacing what stood there. */
  async commit(): Promise<void> {
    await this.#orDiscard(async () => {
      await this.#handle.close()
      await rename(this.#partialPath, this.#path)
    })
    this.#isOpen = false
  }

  /** Removes the partial file. Does nothing the second time, or after `commit`. */
  async discard(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#handle.close().catch(() => {})
    await rm(this.#partialPath, { force: true })
  }

  async #orDiscard(action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      await this.discard()
      throw writeError(this.#path, error)
    }
  }
}

/**
 * Writes a whole file so that a reader sees either the old content or the new, never a part.
 * @param data text is written as UTF-8
 * @throws {LogTableError} `write-failed`; what stood at `path` is untouched and no partial file is left
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const file = await AtomicFile.create(path)
  await file.append(typeof data === 'string' ? new TextEncoder().encode(data) : data)
  await file.commit()
}

/** Fills `bytes` from a file. @throws when the file ends before that */
export async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, position + done)
    if (bytesRead === 0) throw new Error(`the file ends ${bytes.byteLength - done} bytes too early`)
    done += bytesRead
  }
}

/** Renaming onto a folder fails only at the very end, after all the work; better to say so at the start. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) throw Object.assign(new Error('the path is a folder'), { code: 'EISDIR' })
}

function writeError(path: string, cause: unknown): LogTableError {
  if (cause instanceof LogTableError) return cause
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  return new LogTableError('write-failed', `cannot write ${path}: ${writeFailure(path, code, cause)}`, { cause })
}

function writeFailure(path: string, code: string, cause: unknown): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full (${code}); free some space or choose another folder`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `the folder ${dirname(path)} is not writable (${code}); choose another folder or change its permissions`
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no folder ${dirname(path)} (${code}); create it first`
    case 'EISDIR':
      return `there is a folder of that name (${code}); choose another name`
    default:
      return `${cause instanceof Error ? cause.message : String(cause)}; nothing was written`
  }
}
