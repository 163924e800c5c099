import { chunkWithRoom } from './headroom.js'
import type { OpenFile } from './open-file.js'

/**
 * The bytes of a file in chunks; the file is closed afterwards. While one is being worked on the next is already read, so
 * that nobody waits for the disk; at most two are in memory.
 * @param size of a chunk; the last one is smaller
 * @param start first byte
 */
export async function* fileChunks(file: OpenFile, size: number, start = 0): AsyncGenerator<Uint8Array> {
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

async function readChunk(file: OpenFile, position: number, length: number): Promise<Uint8Array> {
  return chunkWithRoom(length, (buffer, offset) => file.read(buffer, offset, length, position))
}
