import { type FileHandle, open, stat } from 'node:fs/promises'
import { ServiceError, messageOf } from '../errors.js'
import type { LoggedEvent } from '../flow/finding-log.js'
import type { FindingSink } from './sink.js'

/** How much of the end of the file is looked into for findings that stand there already. */
const TAIL_BYTES = 8 * 1024 * 1024
const MOST_SEEN = 100_000

/**
 * Findings as lines of a file (NDJSON), one a finding. The file may be renamed or removed at any time: the next finding
 * opens it anew. What stands at its end is not written twice, and a line that a crash cut off is removed.
 */
export class FileSink implements FindingSink {
  readonly name: string
  readonly #path: string
  #handle: FileHandle | null = null
  readonly #seen = new Set<string>()

  constructor(path: string) {
    this.name = `file ${path}`
    this.#path = path
  }

  /** Opens the file. @throws {ServiceError} `sink-failed` when it cannot be written */
  static async open(path: string): Promise<FileSink> {
    const sink = new FileSink(path)
    try {
      await sink.#openFile()
    } catch (cause) {
      throw new ServiceError('sink-failed', `cannot write findings to ${path}: ${messageOf(cause)}`, { cause })
    }
    return sink
  }

  /** Appends findings and waits until they are on the disk. */
  async send(events: readonly LoggedEvent[]): Promise<void> {
    if (this.#handle !== null && !(await this.#isCurrent(this.#handle))) await this.reopen()
    const handle = this.#handle ?? (await this.#openFile())
    const fresh = events.filter(({ finding }) => !this.#seen.has(finding.id))
    if (fresh.length === 0) return
    await handle.appendFile(fresh.map(({ json }) => json + '\n').join(''))
    await handle.datasync()
    for (const { finding } of fresh) this.#remember(finding.id)
  }

  /** Opens the file anew. */
  async reopen(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
    await this.#openFile()
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async #openFile(): Promise<FileHandle> {
    const handle = await open(this.#path, 'a+', 0o640)
    this.#handle = handle
    await this.#readTail(handle)
    return handle
  }

  async #isCurrent(handle: FileHandle): Promise<boolean> {
    const [ours, there] = await Promise.all([handle.stat(), stat(this.#path).catch(() => null)])
    return there !== null && there.ino === ours.ino && there.dev === ours.dev
  }

  async #readTail(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat()
    const from = Math.max(0, size - TAIL_BYTES)
    const bytes = Buffer.alloc(size - from)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from)
    const end = bytes.lastIndexOf(10, bytesRead - 1) + 1
    if (end < bytesRead) await handle.truncate(from + end)
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      const id = /^\{"id":"([0-9a-f]{1,64})"/.exec(line)?.[1]
      if (id !== undefined) this.#remember(id)
    }
  }

  #remember(id: string): void {
    this.#seen.add(id)
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.values().next().value!)
  }
}
