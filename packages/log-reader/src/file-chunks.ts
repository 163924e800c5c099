import { partWithRoom, type RoomyPart } from './headroom.js'
import type { OpenFile } from './open-file.js'

/** Bytes of a chunk: few enough that a chunk and what is made of it stay in the processor's cache. */
const CHUNK_BYTES = 256 * 1024
/** Bytes of a read: enough that its fixed price (a promise, waking a thread) vanishes. */
const READ_BYTES = 4 * CHUNK_BYTES
/** Where the end is near: room for what was appended since the size was taken. */
const LEAST_BYTES = 16 * 1024

/**
 * The bytes of a file in chunks; the file is closed afterwards. While the chunks of one read are being worked on, the
 * next is already read, so that nobody waits for the disk; at most two reads are in memory.
 * @param sizeBytes as far as it is known; what the file holds more is read as well
 * @param start first byte
 */
export async function* fileChunks(file: OpenFile, sizeBytes: number, start = 0): AsyncGenerator<Uint8Array> {
  let position = start
  let next: Promise<RoomyPart> | null = null
  function readOn(): Promise<RoomyPart> {
    const most = Math.min(READ_BYTES, Math.max(LEAST_BYTES, sizeBytes - position))
    return partWithRoom({ most, chunkBytes: CHUNK_BYTES }, (buffer, offset) =>
      file.read(buffer, offset, most, position),
    )
  }
  try {
    next = readOn()
    for (let part = await next; part.length > 0; part = await next) {
      position += part.length
      next = readOn()
      yield* part.chunks
    }
  } finally {
    // A read under way must end before its file is closed; whoever stopped reading does not want its error.
    await next?.catch(() => undefined)
    await file.close()
  }
}
