import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** Bytes read in one go. */
const CHUNK_BYTES = 256 * 1024
/** Bytes at the start of a file that tell it from another of the same number. */
const HEAD_BYTES = 256

/** Where reading of a followed file stands. */
export const FilePosition = z.object({
  kind: z.literal('file'),
  /** Number of the file on its disk. */
  inode: z.number(),
  device: z.number(),
  offset: z.number().int().min(0),
  /** Length and SHA-256 of its first bytes, at most 256: a file that was written anew has others. */
  headLength: z.number().int().min(0),
  head: z.string(),
  /** The last byte read ended a line. */
  atLineEnd: z.boolean(),
})

/** Where reading of a followed file stands. */
export type FilePosition = z.infer<typeof FilePosition>

/** Bytes that were read, and where reading stands behind them. */
export interface FilePiece {
  readonly bytes: Uint8Array
  readonly position: FilePosition
}

interface OpenFile {
  readonly handle: FileHandle
  readonly inode: number
  readonly device: number
  offset: number
  headLength: number
  head: string
}

/**
 * One file that grows, followed by its name: when another file takes the name (rotation by renaming, a symlink that points
 * elsewhere) the old one is read to its end first; when it is cut off or written anew (copytruncate) it is read from its
 * start. It may be missing for a while.
 */
export class FollowedFile {
  readonly #path: string
  #file: OpenFile | null = null
  #atLineEnd = true
  #saved: FilePosition | undefined
  /** The end of the old file was seen once; it is given another look before it is left. */
  #wasSwapped = false
  readonly #fromEnd: boolean
  #isFirst = true

  /**
   * A file that is not open yet.
   * @param saved where reading stood before a restart
   * @param fromEnd skip what stands in the file at the start, where nothing was saved
   */
  constructor(path: string, saved: FilePosition | undefined, fromEnd: boolean) {
    this.#path = path
    this.#saved = saved
    this.#fromEnd = fromEnd
    this.#atLineEnd = saved?.atLineEnd ?? true
  }

  /** Reads what is new, a piece; `null` when nothing is. */
  async read(): Promise<FilePiece | null> {
    const file = this.#file ?? (await this.#openFirst())
    this.#isFirst = false
    if (file === null) return null
    if (await hasOtherContent(file)) return this.#again(file)
    const piece = await this.#readFrom(file)
    if (piece !== null) {
      this.#wasSwapped = false
      return piece
    }
    return this.#followName(file)
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#file?.handle.close()
    this.#file = null
  }

  async #openFirst(): Promise<OpenFile | null> {
    const saved = this.#saved
    this.#saved = undefined
    if (saved !== undefined) {
      const found = await this.#reopen(saved)
      if (found !== null) return (this.#file = found)
    }
    const skips = this.#isFirst && this.#fromEnd && saved === undefined
    return (this.#file = await openAt(this.#path, skips ? 'end' : 0))
  }

  /** The file of a saved position: under its name, or under another in the same folder, where a rotation left it. */
  async #reopen(saved: FilePosition): Promise<OpenFile | null> {
    const folder = dirname(this.#path)
    const others = await readdir(folder).catch(() => [])
    for (const path of [this.#path, ...others.map((name) => join(folder, name))]) {
      const facts = await stat(path).catch(() => null)
      if (facts === null || !facts.isFile() || facts.ino !== saved.inode || facts.dev !== saved.device) continue
      const file = await openAt(path, 0)
      if (file === null) continue
      if (facts.size >= saved.offset && (await headOf(file.handle, saved.headLength)) === saved.head) {
        Object.assign(file, { offset: saved.offset, headLength: saved.headLength, head: saved.head })
        return file
      }
      await file.handle.close()
    }
    return null
  }

  /** From the start: the file was cut off or written anew. */
  async #again(file: OpenFile): Promise<FilePiece | null> {
    Object.assign(file, { offset: 0, headLength: 0, head: '' })
    return this.#lineEnd(file) ?? this.#readFrom(file)
  }

  async #followName(file: OpenFile): Promise<FilePiece | null> {
    const there = await stat(this.#path).catch(() => null)
    if (there === null || (there.ino === file.inode && there.dev === file.device)) return null
    // Whoever writes may still hold the old file: it is left when a second look finds nothing either.
    if (!this.#wasSwapped) {
      this.#wasSwapped = true
      return null
    }
    const next = await openAt(this.#path, 0)
    if (next === null) return null
    await file.handle.close()
    this.#file = next
    this.#wasSwapped = false
    return this.#lineEnd(next) ?? this.#readFrom(next)
  }

  /** Ends the line that the old file left open: the new file begins another. */
  #lineEnd(file: OpenFile): FilePiece | null {
    if (this.#atLineEnd) return null
    this.#atLineEnd = true
    return { bytes: Uint8Array.of(10), position: this.#positionIn(file) }
  }

  async #readFrom(file: OpenFile): Promise<FilePiece | null> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await file.handle.read(buffer, 0, CHUNK_BYTES, file.offset)
    if (bytesRead === 0) return null
    file.offset += bytesRead
    if (file.headLength < HEAD_BYTES) {
      file.headLength = Math.min(HEAD_BYTES, file.offset)
      file.head = await headOf(file.handle, file.headLength)
    }
    this.#atLineEnd = buffer[bytesRead - 1] === 10
    // A chunk that is mostly empty is not worth its buffer.
    const bytes =
      bytesRead < CHUNK_BYTES / 2 ? Buffer.from(buffer.subarray(0, bytesRead)) : buffer.subarray(0, bytesRead)
    return { bytes, position: this.#positionIn(file) }
  }

  #positionIn({ inode, device, offset, headLength, head }: OpenFile): FilePosition {
    return { kind: 'file', inode, device, offset, headLength, head, atLineEnd: this.#atLineEnd }
  }
}

async function openAt(path: string, at: 0 | 'end'): Promise<OpenFile | null> {
  const facts = await stat(path).catch(() => null)
  // Opening a pipe would wait for whoever writes to it.
  if (facts === null || !facts.isFile()) return null
  const handle = await open(path, 'r').catch(() => null)
  if (handle === null) return null
  const { ino, dev, size } = await handle.stat()
  const offset = at === 'end' ? size : 0
  const headLength = Math.min(HEAD_BYTES, offset)
  return { handle, inode: ino, device: dev, offset, headLength, head: await headOf(handle, headLength) }
}

/** Whether what was read no longer stands in the file. */
async function hasOtherContent(file: OpenFile): Promise<boolean> {
  const { size } = await file.handle.stat()
  return size < file.offset || (await headOf(file.handle, file.headLength)) !== file.head
}

async function headOf(handle: FileHandle, length: number): Promise<string> {
  if (length === 0) return ''
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, 0)
  return createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex').slice(0, 32)
}
