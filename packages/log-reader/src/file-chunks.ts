import { type FileHandle, open } from 'node:fs/promises'

/** Which bytes of a file, in bytes from its beginning. */
export interface ByteRange {
  /** First byte, default 0. */
  readonly start?: number
  /** Behind the last byte, default the end of the file. */
  readonly end?: number
}

/**
 * The bytes of a file in chunks. While one is being worked on the next is already read, so that nobody waits for the
 * disk; at most two are in memory.
 * @param size of a chunk; the last one is smaller
 */
export async function* fileChunks(
  path: string,
  size: number,
  { start = 0, end = Infinity }: ByteRange = {},
): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  let next: Promise<Uint8Array> | null = null
  try {
    let position = start
    next = readChunk(file, position, Math.min(size, end - position))
    for (let chunk = await next; chunk.length > 0; chunk = await next) {
      position += chunk.length
      next = readChunk(file, position, Math.min(size, end - position))
      yield chunk
    }
  } finally {
    // A read under way must end before its file is closed; whoever stopped reading does not want its error.
    await next?.catch(() => undefined)
    await file.close()
  }
}

async function readChunk(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  if (length <= 0) return new Uint8Array(0)
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
