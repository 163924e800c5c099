/** Bytes kept free before a chunk: more than most lines have. */
const ROOM = 16 * 1024

/** The chunks that were made here; pieces cut from them are others and have no room of their own. */
const roomy = new WeakSet<Buffer>()

/**
 * A new chunk that `fill` writes into, with room before it for the end of the chunk before, so that the two become one
 * without a copy of both.
 * @param fill returns how many bytes it wrote
 */
export async function chunkWithRoom(
  size: number,
  fill: (buffer: Buffer, offset: number) => Promise<number>,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(ROOM + size)
  const chunk = buffer.subarray(ROOM, ROOM + (await fill(buffer, ROOM)))
  roomy.add(chunk)
  return chunk
}

/** What was left of the chunks before and a chunk, as one. */
export function joined(rest: Buffer, chunk: Buffer): Buffer {
  if (rest.length === 0) return chunk
  if (rest.length > ROOM || !roomy.has(chunk)) return Buffer.concat([rest, chunk])
  const whole = Buffer.from(chunk.buffer, chunk.byteOffset - rest.length, rest.length + chunk.length)
  rest.copy(whole)
  return whole
}
