import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import { LogReaderError } from './errors.js'
import { peek } from './peek.js'

/** How the bytes of a source are packed; told by their first bytes, never by the ending of a name. */
export type Compression = 'gzip' | 'zstd' | 'none'

/** Bytes that {@link compressionOf} wants to see (fewer when the source is shorter). */
export const MAGIC_LENGTH = 4

/** The compression that the first bytes of a source announce (RFC 1952, §2.3.1; RFC 8878, §3.1). */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  const isZstdFrame = head[0] === 0x28 && head[1] === 0xb5
  const isSkippableFrame = (head[0] & 0xf0) === 0x50 && head[1] === 0x2a
  return (isZstdFrame && head[2] === 0x2f && head[3] === 0xfd) ||
    (isSkippableFrame && head[2] === 0x4d && head[3] === 0x18)
    ? 'zstd'
    : 'none'
}

/**
 * The plain bytes of a stream that may be gzip (one member or several) or zstd (one frame or several).
 * Memory: a few chunks, for zstd also its window.
 * @param name of the source, for the error
 * @throws {LogReaderError} `broken-compression` when the data is corrupt or cut off
 */
export async function* decompressed(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const { head, all } = await peek(bytes, MAGIC_LENGTH)
  const compression = compressionOf(head)
  if (compression === 'gzip') yield* gunzipped(all, name)
  else if (compression === 'zstd') yield* unzstd(all, name)
  else yield* all
}

const GUNZIP_CHUNK = 256 * 1024

async function* gunzipped(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: GUNZIP_CHUNK })
  const input = Readable.from(bytes, { objectMode: false })
  // `pipe` does not forward a failure of its input; a reader that cannot be read must not look like an end of file.
  input.once('error', (error) => gunzip.destroy(error))
  try {
    yield* input.pipe(gunzip) as AsyncIterable<Uint8Array>
  } catch (cause) {
    if (!isZlibError(cause)) throw cause
    throw brokenCompression({ name, kind: 'gzip', byte: gunzip.bytesWritten, cause })
  } finally {
    input.destroy()
    gunzip.destroy()
  }
}

async function* unzstd(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = []
  const decompress = new Decompress((piece) => ready.push(piece))
  let byte = 0
  for await (const chunk of bytes) {
    pushZstd(decompress, chunk, { name, byte, isLast: false })
    byte += chunk.length
    yield* ready.splice(0)
  }
  pushZstd(decompress, new Uint8Array(0), { name, byte, isLast: true })
  yield* ready.splice(0)
}

function pushZstd(
  decompress: Decompress,
  chunk: Uint8Array,
  at: { name: string; byte: number; isLast: boolean },
): void {
  try {
    decompress.push(chunk, at.isLast)
  } catch (cause) {
    throw brokenCompression({ name: at.name, kind: 'zstd', byte: at.byte, cause })
  }
}

function isZlibError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return typeof code === 'string' && code.startsWith('Z_')
}

function brokenCompression(seen: { name: string; kind: string; byte: number; cause: unknown }): LogReaderError {
  const reason = (seen.cause as Error).message
  return new LogReaderError(
    'broken-compression',
    `${seen.name}: the ${seen.kind} data is corrupt or cut off near compressed byte ${seen.byte} (${reason}); ` +
      'fetch the file again, or unpack what is left of it first',
    { cause: seen.cause },
  )
}
