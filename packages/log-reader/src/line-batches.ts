import { isAscii, isUtf8 } from 'node:buffer'
import { joined } from './headroom.js'
import { LineList } from './line-list.js'

/** The non-blank lines found in one chunk of a source. Arrays run in parallel, one entry a line. */
export interface LineBatch {
  /** Number of lines. */
  readonly count: number
  /** UTF-8; holds the texts of the lines, and other bytes between them. */
  readonly bytes: Buffer
  /** First byte of a line's text, without what a loss of power left before it. */
  readonly starts: Int32Array
  /** Behind the last byte of the text, which has no line end. */
  readonly ends: Int32Array
  /** Physical line number, 0-based, blank lines counted. */
  readonly lineNo: Int32Array
  /** Offset of the first byte in the decompressed source. */
  readonly byteOffset: Float64Array
}

/** What a splitter counts while it works. */
export interface LineCounts {
  /** Physical lines, blank ones included. */
  lines: number
  /** Decompressed bytes taken in. */
  bytes: number
  /** Lines that held bytes which are not UTF-8; these were replaced by U+FFFD. */
  invalidUtf8: number
  /** Lines longer than the limit, of which only the beginning was kept. */
  cutLines: number
}

/** The longest line kept whole: 1 MiB. */
export const MAX_LINE_BYTES = 1_048_576

const NUL = 0
const NEWLINE = 10
const RETURN = 13
const NOTHING = Buffer.alloc(0)
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Splits bytes into lines at `\n` or `\r\n`; the last line needs no end. A UTF-8 byte order mark is dropped, and so are
 * NUL bytes at the beginning of a line, which a loss of power leaves behind.
 * A batch is yielded for each chunk that completes a line, so memory is one chunk and at most one longest line. Chunks
 * are used as they are: whoever yields one must not write to it again.
 * @param counts filled while lines are read
 * @param options.offset of the first byte in its source, default 0; behind it there is no byte order mark
 */
export async function* lineBatches(
  bytes: AsyncIterable<Uint8Array>,
  counts: LineCounts,
  options: { maxLineBytes?: number; offset?: number } = {},
): AsyncGenerator<LineBatch> {
  const splitter = new LineSplitter(counts, {
    maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
    offset: options.offset ?? 0,
  })
  for await (const chunk of bytes) {
    const batch = splitter.push(chunk)
    if (batch.count > 0) yield batch
  }
  const last = splitter.end()
  if (last.count > 0) yield last
}

/** Zeroed {@link LineCounts}. */
export function newLineCounts(): LineCounts {
  return { lines: 0, bytes: 0, invalidUtf8: 0, cutLines: 0 }
}

/** Splits bytes into lines, chunk by chunk; see {@link lineBatches}. */
export class LineSplitter {
  readonly #counts: LineCounts
  readonly #maxLineBytes: number
  /** Bytes after the last line end. */
  #rest: Buffer = NOTHING
  /** Offset of `#rest` in the source. */
  #offset: number
  #isBegun: boolean
  /** The line under way was cut: its bytes are dropped up to the next line end. */
  #isSkipping = false

  constructor(counts: LineCounts, options: { maxLineBytes: number; offset: number }) {
    this.#counts = counts
    this.#maxLineBytes = options.maxLineBytes
    this.#offset = options.offset
    this.#isBegun = options.offset > 0
  }

  /** Offset, in the source, of the first byte that belongs to no line given out. */
  get offset(): number {
    return this.#offset
  }

  /** The bytes from {@link offset} on: a line that has no end yet. */
  get rest(): Uint8Array {
    return this.#rest
  }

  /** The lines that a chunk completes. */
  push(chunk: Uint8Array): LineBatch {
    this.#counts.bytes += chunk.length
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    return this.#split(joined(this.#rest, buffer), false)
  }

  /** Keeps a copy of the rest: else it would hold on to the whole chunk that it came in. */
  detach(): void {
    this.#rest = this.#rest.length === 0 ? NOTHING : Buffer.from(Uint8Array.prototype.slice.call(this.#rest).buffer)
  }

  /** The last line, which has no end. */
  end(): LineBatch {
    return this.#split(this.#rest, true)
  }

  #split(buffer: Buffer, isEnd: boolean): LineBatch {
    const lines = new LineList(buffer)
    let start = 0
    if (!this.#isBegun) {
      if (buffer.length < BOM.length && !isEnd) return this.#keep(buffer, lines)
      this.#isBegun = true
      if (buffer.subarray(0, BOM.length).equals(BOM)) start = BOM.length
    }
    if (this.#isSkipping) {
      const newline = buffer.indexOf(NEWLINE)
      if (newline >= 0) this.#isSkipping = false
      start = newline < 0 ? buffer.length : newline + 1
    }
    const end = isEnd ? buffer.length : buffer.lastIndexOf(NEWLINE) + 1
    if (end > start) {
      this.#addLines(lines, start, end)
      start = end
    }
    const rest = start === 0 ? buffer : buffer.subarray(start)
    // One byte more than the limit may still be the \r of a line end.
    if (rest.length > this.#maxLineBytes + 1) {
      this.#addDamaged(lines, start, buffer.length)
      this.#isSkipping = true
      this.#offset += buffer.length
      return this.#keep(NOTHING, lines)
    }
    this.#offset += start
    return this.#keep(rest, lines)
  }

  #keep(rest: Buffer, lines: LineList): LineBatch {
    this.#rest = rest
    return lines.batch()
  }

  /** `start` is the beginning of a line, `end` lies behind a line end or is the end of the source. */
  #addLines(lines: LineList, start: number, end: number): void {
    const { bytes } = lines
    const part = bytes.subarray(start, end)
    const isSound = isAscii(part) || isUtf8(part)
    let from = start
    while (from < end) {
      const newline = bytes.indexOf(NEWLINE, from)
      const to = newline < 0 || newline >= end ? end : newline
      if (to - from > this.#maxLineBytes || !(isSound || isUtf8(bytes.subarray(from, to)))) {
        this.#addDamaged(lines, from, to)
      } else this.#addSound(lines, from, to)
      from = to + 1
    }
  }

  #addSound(lines: LineList, start: number, end: number): void {
    const { bytes } = lines
    if (end > start && bytes[end - 1] === RETURN) end--
    while (start < end && bytes[start] === NUL) start++
    if (!isBlank(bytes, start, end)) {
      lines.add({ start, end, lineNo: this.#counts.lines, byteOffset: this.#offset + start })
    }
    this.#counts.lines++
  }

  /** A line that is too long or not UTF-8: a copy that is neither. */
  #addDamaged(lines: LineList, start: number, end: number): void {
    const { bytes } = lines
    if (end > start && bytes[end - 1] === RETURN) end--
    if (end - start > this.#maxLineBytes) {
      end = start + this.#maxLineBytes
      while (end > start && (bytes[end] & 0xc0) === 0x80) end--
      this.#counts.cutLines++
    }
    while (start < end && bytes[start] === NUL) start++
    const isSound = isUtf8(bytes.subarray(start, end))
    if (!isSound) this.#counts.invalidUtf8++
    const about = { lineNo: this.#counts.lines++, byteOffset: this.#offset + start }
    if (isBlank(bytes, start, end)) return
    if (isSound) lines.add({ start, end, ...about })
    else lines.addText(bytes.toString('utf8', start, end), about)
  }
}

/** Whether there is nothing but white space of any script. */
function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at]
    if (code >= 0x80) return bytes.toString('utf8', at, end).trim() === ''
    if (code !== 32 && (code < 9 || code > 13)) return false
  }
  return true
}
