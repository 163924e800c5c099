import { type FileHandle, open } from 'node:fs/promises'
import { chunkWithRoom } from './headroom.js'

/**
 * The bytes of a file in chunks. While one is being worked on the next is already read, so that nobody waits for the
 * disk; at most two are in memory.
 * @param size of a chunk; the last one is smaller
 * @param options.start first byte, default 0
 */
export async function* fileChunks(
  path: string,
  size: number,
  { start = 0 }: { readonly start?: number } = {},
): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  let next: Promise<Uint8Array> | null = null
  try {
    let position = start
    next = readChunk(file, position, size)
    for (let chunk = await next; chunk.length > 0; chunk = await next) {
      position += chunk.length
      next = readChunk(file, position, size)
      yield chunk
    }
  } finally {
    // A read under way must end before its file is closed; whoever stopped reading does not want its error.
    await next?.catch(() => undefined)
    await file.close()
  }
}

async function readChunk(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  return chunkWithRoom(length, async (buffer, offset) => {
    const { bytesRead } = await file.read(buffer, offset, length, position)
    return bytesRead
  })
}
