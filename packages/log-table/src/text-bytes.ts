import type { StringColumn } from './string-column.js'

/**
 * Texts that lie in one buffer, as a log lies in its file. A string is made only of a text that is asked for.
 * Cheap: keeping, comparing and copying bytes. Slower than a `string[]`: asking for the same text again and again.
 */
export class TextBytes implements StringColumn {
  readonly #buffer: Buffer

  /**
   * Takes the arrays as they are, without a copy.
   * @param bytes UTF-8; a text that is not, reads with U+FFFD in the place of what is damaged
   * @param starts one per text, inclusive
   * @param ends exclusive
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly starts: Int32Array,
    readonly ends: Int32Array,
  ) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The same texts in a buffer of their own. */
  static from(texts: readonly string[]): TextBytes {
    const starts = new Int32Array(texts.length)
    const ends = new Int32Array(texts.length)
    let size = 0
    for (const [index, text] of texts.entries()) {
      starts[index] = size
      ends[index] = size += Buffer.byteLength(text)
    }
    return new TextBytes(Buffer.from(texts.join('')), starts, ends)
  }

  /** Number of texts. */
  get length(): number {
    return this.starts.length
  }

  /** A text as a string. */
  at(row: number): string {
    return this.#buffer.toString('utf8', this.starts[row], this.ends[row])
  }

  /** Copies the bytes of a text to a position of another buffer. */
  copyTo(target: Buffer, at: number, row: number): void {
    this.#buffer.copy(target, at, this.starts[row], this.ends[row])
  }

  /** A text between two positions of the buffer. */
  textBetween(start: number, end: number): string {
    return this.#buffer.toString('utf8', start, end)
  }
}
