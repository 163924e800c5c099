import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { compressionOf, decompressed, MAGIC_LENGTH } from './decompress.js'
import { LogReaderError } from './errors.js'
import { fileChunks } from './file-chunks.js'
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

// Large enough that the fixed price of a chunk (a promise, a system call) vanishes; small enough for the processor's cache.
const CHUNK_BYTES = 256 * 1024
const PROBES = 64
const PROBE_BYTES = 4096

/**
 * A file on disk, opened anew by each call of `bytes`.
 * @param path as it is to be shown
 */
export function fileSource(path: string, about: { sizeBytes: number; modifiedMs: number }): Source {
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
  #bytesRead = 0

  constructor(path: string, about: { sizeBytes: number; modifiedMs: number }) {
    this.name = path
    this.path = path
    this.sizeBytes = about.sizeBytes
    this.modifiedMs = about.modifiedMs
  }

  get bytesRead(): number {
    return this.#bytesRead
  }

  bytes(): AsyncIterable<Uint8Array> {
    this.#bytesRead = 0
    return decompressed(this.#counted(), this.name)
  }

  async bytesFrom(start: number): Promise<AsyncIterable<Uint8Array> | null> {
    const file = await open(this.name)
    try {
      const isPlain = compressionOf(await readPiece(file, 0, MAGIC_LENGTH)) === 'none'
      return isPlain ? fileChunks(this.name, CHUNK_BYTES, { start }) : null
    } finally {
      await file.close()
    }
  }

  async *probe(): AsyncGenerator<Uint8Array> {
    const file = await open(this.name)
    try {
      if (compressionOf(await readPiece(file, 0, MAGIC_LENGTH)) !== 'none')
        return yield* decompressed(createReadStream(this.name), this.name)
      const step = Math.max(PROBE_BYTES, Math.floor((this.sizeBytes - PROBE_BYTES) / (PROBES - 1)))
      const count = Math.ceil(this.sizeBytes / step)
      const places = Array.from({ length: count }, (_, index) => {
        return index === count - 1 ? Math.max(index * step, this.sizeBytes - PROBE_BYTES) : index * step
      })
      // Of a small file one read is quicker than many.
      const isSmall = this.sizeBytes <= CHUNK_BYTES * 4
      const whole = isSmall ? await readPiece(file, 0, this.sizeBytes) : null
      const pieces = places.map(
        (from) => whole?.subarray(from, from + PROBE_BYTES) ?? readPiece(file, from, PROBE_BYTES),
      )
      yield* await Promise.all(pieces)
    } finally {
      await file.close()
    }
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of fileChunks(this.name, CHUNK_BYTES)) {
        this.#bytesRead += chunk.length
        yield chunk
      }
    } catch (cause) {
      throw new LogReaderError('not-readable', `${this.name}: reading failed (${(cause as Error).message})`, { cause })
    }
  }
}

async function readPiece(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
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
