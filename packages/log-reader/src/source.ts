import { compressionOf, decompressed, MAGIC_LENGTH } from './decompress.js'
import { LogReaderError } from './errors.js'
import { fileChunks } from './file-chunks.js'
import { type OpenFile, openFile } from './open-file.js'
import { textOnly } from './text-only.js'

/** One log to read: a file, or a stream that somebody else opened. */
export interface Source {
  /** As the user gave it; for a file found in a directory the joined path; `-` for standard input. */
  readonly name: string
  /** The file that holds the content; absent for a stream. */
  readonly path?: string
  /** Size on disk (compressed); `null` when unknown. */
  readonly sizeBytes: number | null
  /** Time of last change, milliseconds since 1970-01-01 UTC; `null` when unknown. */
  readonly modifiedMs: number | null
  /** The decompressed content in chunks of any size. A file may be read again, a stream only once. */
  bytes(): AsyncIterable<Uint8Array>
  /** Compressed bytes taken by the latest call of `bytes`: with `sizeBytes` the progress. */
  readonly bytesRead: number
  /**
   * The content from a byte on, as {@link Source.bytes} gives all of it. Absent, or `null`, where the content can be read
   * from its beginning only: a stream, a compressed file.
   */
  bytesFrom?(start: number): Promise<AsyncIterable<Uint8Array> | null>
  /**
   * Pieces of the decompressed content in order, the first and the last bytes among them, for a look ahead that does
   * not count as reading. Absent where the content can be read only once.
   */
  probe?(): AsyncIterable<Uint8Array>
}

const PROBES = 64
const PROBE_BYTES = 4096
/** A smaller file is read whole: one read is quicker than many. */
const SMALL_BYTES = 2 ** 20

/** What is known of a file. */
export interface FileFacts {
  readonly sizeBytes: number
  readonly modifiedMs: number
  /** Descriptor of the file where somebody has opened it and keeps it open; else each reading opens the path. */
  readonly descriptor?: number
  /** Known not to be compressed; else its first bytes tell. */
  readonly isPlain?: boolean
}

/**
 * A file on disk.
 * @param path as it is to be shown
 */
export function fileSource(path: string, about: FileFacts): Source {
  return new FileSource(path, about)
}

/**
 * A stream that somebody else opened, such as standard input.
 * @param options.modifiedMs time to infer missing years from
 */
export function streamSource(
  name: string,
  stream: AsyncIterable<Uint8Array>,
  options: { modifiedMs?: number | null } = {},
): Source {
  return new StreamSource(name, stream, options.modifiedMs ?? null)
}

class FileSource implements Source {
  readonly name: string
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
  readonly #descriptor: number | undefined
  readonly #isPlain: boolean
  #bytesRead = 0

  constructor(path: string, about: FileFacts) {
    this.name = path
    this.path = path
    this.sizeBytes = about.sizeBytes
    this.modifiedMs = about.modifiedMs
    this.#descriptor = about.descriptor
    this.#isPlain = about.isPlain ?? false
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  bytes(): AsyncIterable<Uint8Array> {
    this.#bytesRead = 0
    return decompressed(this.#counted(), this.name)
  }

  async bytesFrom(start: number): Promise<AsyncIterable<Uint8Array> | null> {
    const file = await this.#open()
    const isPlain = this.#isPlain || compressionOf(await this.#readAt(file, 0, MAGIC_LENGTH)) === 'none'
    if (isPlain) return this.#explained(fileChunks(file, this.sizeBytes, start))
    await file.close()
    return null
  }

  async *probe(): AsyncGenerator<Uint8Array> {
    const file = await this.#open()
    try {
      const head = await this.#readAt(file, 0, this.sizeBytes <= SMALL_BYTES ? this.sizeBytes : MAGIC_LENGTH)
      if (compressionOf(head) !== 'none') {
        return yield* decompressed(fileChunks(await this.#open(), this.sizeBytes), this.name)
      }
      const step = Math.max(PROBE_BYTES, Math.floor((this.sizeBytes - PROBE_BYTES) / (PROBES - 1)))
      const count = Math.ceil(this.sizeBytes / step)
      const places = Array.from({ length: count }, (_, index) => {
        return index === count - 1 ? Math.max(index * step, this.sizeBytes - PROBE_BYTES) : index * step
      })
      const isWhole = this.sizeBytes <= SMALL_BYTES
      const pieces = places.map((from) => {
        return isWhole ? head.subarray(from, from + PROBE_BYTES) : this.#readAt(file, from, PROBE_BYTES)
      })
      yield* await Promise.all(pieces)
    } finally {
      await file.close()
    }
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#explained(fileChunks(await this.#open(), this.sizeBytes))) {
      this.#bytesRead += chunk.length
      yield chunk
    }
    if (this.#bytesRead < this.sizeBytes) throw becameShorter(this.name, this.sizeBytes, this.#bytesRead)
  }

  async #open(): Promise<OpenFile> {
    return openFile(this.path, this.#descriptor).catch((cause) => {
      throw notReadable(this.name, cause)
    })
  }

  async #readAt(file: OpenFile, from: number, length: number): Promise<Uint8Array> {
    const buffer = Buffer.alloc(length)
    const bytesRead = await file.read(buffer, 0, length, from).catch((cause) => {
      throw notReadable(this.name, cause)
    })
    return buffer.subarray(0, bytesRead)
  }

  /** The same chunks; a failure to read is said in our words. */
  async *#explained(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks
    } catch (cause) {
      throw notReadable(this.name, cause)
    }
  }
}

/** A log that lost its end while it was read, as `copytruncate` of logrotate does: what is missing must not be overlooked. */
export function becameShorter(name: string, expected: number, found: number): LogReaderError {
  return new LogReaderError(
    'not-readable',
    `${name}: the file became shorter while it was read (${found} bytes of ${expected}); read the copy made of it`,
  )
}

function notReadable(name: string, cause: unknown): LogReaderError {
  return new LogReaderError('not-readable', `${name}: reading failed (${(cause as Error).message})`, { cause })
}

class StreamSource implements Source {
  readonly sizeBytes = null
  #stream: AsyncIterable<Uint8Array> | null
  #bytesRead = 0

  constructor(
    readonly name: string,
    stream: AsyncIterable<Uint8Array>,
    readonly modifiedMs: number | null,
  ) {
    this.#stream = stream
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  bytes(): AsyncIterable<Uint8Array> {
    const stream = this.#stream
    if (stream === null) {
      throw new LogReaderError('stdin-twice', `${this.name}: a stream can be read only once; save it to a file first`)
    }
    this.#stream = null
    return textOnly(decompressed(this.#counted(stream), this.name), this.name)
  }

  async *#counted(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      this.#bytesRead += chunk.length
      yield chunk
    }
  }
}
