/**
 * Bytes in snappy's raw format: the length, then literals and copies of earlier bytes
 * (google/snappy, format_description.txt). Greedy matching through a hash table of four-byte sequences, as in the
 * original. Written anew because compression is the largest part of writing a parsed log, and one output buffer of
 * the greatest possible size makes it almost twice as fast as hyparquet-writer's, which asks for room at every byte.
 */
export function snappyCompress(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(32 + input.length + Math.ceil(input.length / 6))
  HASH_TABLE.fill(0)
  let at = writeVarint(output, input.length)
  let literalStart = 0
  // 0 is an empty place of the table, so a match can begin at 1 at the earliest.
  let position = 1
  let misses = 0
  while (position + 4 <= input.length) {
    const word = load32(input, position)
    const slot = Math.imul(word, 0x1e35a7bd) >>> HASH_SHIFT
    const candidate = HASH_TABLE[slot]
    HASH_TABLE[slot] = position
    if (candidate === 0 || position - candidate > MAX_OFFSET || load32(input, candidate) !== word) {
      // Input that does not repeat is passed in ever larger steps.
      position += 1 + (misses++ >> 5)
      continue
    }
    let end = position + 4
    for (let source = candidate + 4; end < input.length && input[end] === input[source]; source++) end++
    at = writeLiteral(output, at, input.subarray(literalStart, position))
    at = writeCopies(output, at, { offset: position - candidate, length: end - position })
    literalStart = position = end
    misses = 0
  }
  return output.subarray(0, writeLiteral(output, at, input.subarray(literalStart)))
}

// 64 KiB of table stay in the cache; a copy with two bytes of offset reaches back as far.
const HASH_SHIFT = 32 - 14
const HASH_TABLE = new Int32Array(1 << 14)
const MAX_OFFSET = 0xffff

function load32(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

function writeVarint(output: Uint8Array, value: number): number {
  let at = 0
  for (; value > 0x7f; value >>>= 7) output[at++] = (value & 0x7f) | 0x80
  output[at++] = value
  return at
}

function writeLiteral(output: Uint8Array, at: number, bytes: Uint8Array): number {
  if (bytes.length === 0) return at
  const rest = bytes.length - 1
  if (rest < 60) {
    output[at++] = rest << 2
  } else {
    const lengthBytes = 4 - (Math.clz32(rest) >> 3)
    output[at++] = (59 + lengthBytes) << 2
    for (let shift = 0; shift < 8 * lengthBytes; shift += 8) output[at++] = rest >>> shift
  }
  output.set(bytes, at)
  return at + bytes.length
}

/** One copy covers 64 bytes; the second-last is cut so that the last has the four that are its least. */
function writeCopies(
  output: Uint8Array,
  at: number,
  { offset, length }: { readonly offset: number; readonly length: number },
): number {
  for (let left = length; left > 0;) {
    const size = left <= 64 ? left : left < 68 ? 60 : 64
    if (size < 12 && offset < 2048) {
      output[at++] = 1 | ((size - 4) << 2) | ((offset >>> 8) << 5)
    } else {
      output[at++] = 2 | ((size - 1) << 2)
    }
    output[at++] = offset
    if (size >= 12 || offset >= 2048) output[at++] = offset >>> 8
    left -= size
  }
  return at
}
