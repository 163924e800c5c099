import type { LineBatch } from './line-batches.js'
import { LineScanner } from './line-scanner.js'

/** The first lines of some batches, to try formats on. */
export class LineSample {
  readonly #lines: readonly (readonly [batch: LineBatch, line: number])[]
  readonly #scanner = new LineScanner()

  /** At most `most` lines of the batches. */
  constructor(batches: readonly LineBatch[], most: number) {
    const lines = batches.flatMap((batch) => {
      return Array.from({ length: Math.min(batch.count, most) }, (_, line) => [batch, line] as const)
    })
    this.#lines = lines.slice(0, most)
  }

  /** Number of lines. */
  get count(): number {
    return this.#lines.length
  }

  /** Offset of the first line in its source; 0 without one. */
  get firstByte(): number {
    if (this.count === 0) return 0
    const [batch, line] = this.#lines[0]
    return batch.byteOffset[line]
  }

  /** A scanner at the beginning of a line; the next call moves the same one. */
  scan(index: number): LineScanner {
    const [batch, line] = this.#lines[index]
    return this.#scanner.start(batch.bytes, batch.starts[line], batch.ends[line])
  }

  /** A line as a string. */
  text(index: number): string {
    return this.scan(index).text()
  }
}
