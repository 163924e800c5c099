import { isAscii, isUtf8 } from 'node:buffer'

/** The non-blank lines found in one chunk of a source. Arrays run in parallel, one entry a line. */
export interface LineBatch {
  /** Text without line end. */
  readonly text: string[]
  /** Physical line number, 0-based, blank lines counted. */
  readonly lineNo: number[]
  /** Offset of the first byte in the decompressed source. */
  readonly byteOffset: number[]
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
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Splits bytes into lines at `\n` or `\r\n`; the last line needs no end. A UTF-8 byte order mark is dropped, and so are
 * NUL bytes at the beginning of a line, which a loss of power leaves behind.
 * A batch is yielded for each chunk that completes a line, so memory is one chunk and at most one longest line.
 * @param counts filled while lines are read
 */
export async function* lineBatches(
  bytes: AsyncIterable<Uint8Array>,
  counts: LineCounts,
  options: { maxLineBytes?: number } = {},
): AsyncGenerator<LineBatch> {
  const splitter = new LineSplitter(counts, options.maxLineBytes ?? MAX_LINE_BYTES)
  for await (const chunk of bytes) {
    const batch = splitter.push(chunk)
    if (batch.text.length > 0) yield batch
  }
  const last = splitter.end()
  if (last.text.length > 0) yield last
}

/** Zeroed {@link LineCounts}. */
export function newLineCounts(): LineCounts {
  return { lines: 0, bytes: 0, invalidUtf8: 0, cutLines: 0 }
}

class LineSplitter {
  readonly #counts: LineCounts
  readonly #maxLineBytes: number
  /** Bytes after the last line end. */
  #rest: Buffer = Buffer.alloc(0)
  /** Offset of `#rest` in the source. */
  #offset = 0
  #isBegun = false
  /** The line under way was cut: its bytes are dropped up to the next line end. */
  #isSkipping = false

  constructor(counts: LineCounts, maxLineBytes: number) {
    this.#counts = counts
    this.#maxLineBytes = maxLineBytes
  }

  push(chunk: Uint8Array): LineBatch {
    this.#counts.bytes += chunk.length
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const buffer = this.#rest.length === 0 ? view : Buffer.concat([this.#rest, view])
    return this.#split(buffer, false)
  }

  end(): LineBatch {
    return this.#split(this.#rest, true)
  }

  #split(buffer: Buffer, isEnd: boolean): LineBatch {
    const batch: LineBatch = { text: [], lineNo: [], byteOffset: [] }
    let start = 0
    if (!this.#isBegun) {
      if (buffer.length < BOM.length && !isEnd) return this.#keep(buffer, batch)
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
      this.#appendLines(buffer, { start, end }, batch)
      start = end
    }
    this.#offset += start
    const rest = start === 0 ? buffer : buffer.subarray(start)
    // One byte more than the limit may still be the \r of a line end.
    if (rest.length > this.#maxLineBytes + 1) {
      this.#appendLine(rest, { start: 0, end: rest.length }, batch)
      this.#isSkipping = true
      this.#offset += rest.length
      return this.#keep(Buffer.alloc(0), batch)
    }
    return this.#keep(rest, batch)
  }

  #keep(rest: Buffer, batch: LineBatch): LineBatch {
    this.#rest = rest
    return batch
  }

  /** `start` is the beginning of a line, `end` lies behind a line end or is the end of the source. */
  #appendLines(buffer: Buffer, { start, end }: { start: number; end: number }, batch: LineBatch): void {
    // In latin1 a character is a byte, so positions in the text are offsets; only lines with other than ASCII
    // characters are decoded again. Measured in bench/read.ts.
    const text = buffer.toString('latin1', start, end)
    let nextOther = isAscii(buffer.subarray(start, end)) ? Infinity : text.search(NOT_ASCII)
    let lineStart = 0
    while (lineStart < text.length) {
      const newline = text.indexOf('\n', lineStart)
      const nextStart = newline < 0 ? text.length : newline + 1
      let lineEnd = newline < 0 ? text.length : newline
      if (nextOther < lineEnd || lineEnd - lineStart > this.#maxLineBytes) {
        this.#appendLine(buffer, { start: start + lineStart, end: start + lineEnd }, batch)
        if (nextOther < nextStart) nextOther = indexOfNotAscii(text, nextStart)
      } else {
        if (text.charCodeAt(lineEnd - 1) === RETURN && lineEnd > lineStart) lineEnd--
        while (lineStart < lineEnd && text.charCodeAt(lineStart) === NUL) lineStart++
        if (!isBlank(text, lineStart, lineEnd)) {
          batch.text.push(text.slice(lineStart, lineEnd))
          batch.lineNo.push(this.#counts.lines)
          batch.byteOffset.push(this.#offset + start + lineStart)
        }
        this.#counts.lines++
      }
      lineStart = nextStart
    }
  }

  /** The careful way, for a line that is too long or not ASCII. */
  #appendLine(buffer: Buffer, { start, end }: { start: number; end: number }, batch: LineBatch): void {
    if (end > start && buffer[end - 1] === RETURN) end--
    if (end - start > this.#maxLineBytes) {
      end = start + this.#maxLineBytes
      while (end > start && (buffer[end] & 0xc0) === 0x80) end--
      this.#counts.cutLines++
    }
    while (start < end && buffer[start] === NUL) start++
    const bytes = buffer.subarray(start, end)
    if (!isUtf8(bytes)) this.#counts.invalidUtf8++
    const text = bytes.toString('utf8')
    if (text.trim() !== '') {
      batch.text.push(text)
      batch.lineNo.push(this.#counts.lines)
      batch.byteOffset.push(this.#offset + start)
    }
    this.#counts.lines++
  }
}

const NOT_ASCII = /[^\0-\x7f]/
const NOT_ASCII_FROM = new RegExp(NOT_ASCII, 'g')

function indexOfNotAscii(text: string, from: number): number {
  NOT_ASCII_FROM.lastIndex = from
  return NOT_ASCII_FROM.exec(text)?.index ?? Infinity
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code !== 32 && (code < 9 || code > 13)) return false
  }
  return true
}
