/** Bytes kept free before a part: more than most lines have. */
const ROOM = 16 * 1024

/** The chunks that have room before them. */
const roomy = new WeakSet<Buffer>()

/** A stretch of a source, in chunks that lie one behind the other. */
export interface RoomyPart {
  /** Bytes of all chunks. */
  readonly length: number
  readonly chunks: readonly Buffer[]
}

/**
 * A new part that `fill` writes into, with room before it for the end of the chunk before, so that the two become one
 * without a copy of both.
 * @param most bytes
 * @param chunkBytes of each chunk but the last
 * @param fill returns how many bytes it wrote
 */
export async function partWithRoom(
  { most, chunkBytes }: { readonly most: number; readonly chunkBytes: number },
  fill: (buffer: Buffer, offset: number) => Promise<number>,
): Promise<RoomyPart> {
  const buffer = Buffer.allocUnsafeSlow(ROOM + most)
  const length = await fill(buffer, ROOM)
  const chunks = Array.from({ length: Math.ceil(length / chunkBytes) }, (_, index) => {
    const start = ROOM + index * chunkBytes
    return buffer.subarray(start, Math.min(start + chunkBytes, ROOM + length))
  })
  if (length > 0) roomy.add(chunks[0])
  return { length, chunks }
}

/** What was left of the chunks before and a chunk, as one. */
export function joined(rest: Buffer, chunk: Buffer): Buffer {
  if (rest.length === 0) return chunk
  const isBehind = rest.buffer === chunk.buffer && rest.byteOffset + rest.length === chunk.byteOffset
  if (!isBehind && (rest.length > ROOM || !roomy.has(chunk))) return Buffer.concat([rest, chunk])
  const whole = Buffer.from(chunk.buffer, chunk.byteOffset - rest.length, rest.length + chunk.length)
  if (!isBehind) rest.copy(whole)
  return whole
}
