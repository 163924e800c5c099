/** Lines of one source, in order. */
export interface LineBatch {
  /** Name of the file, host or stream they come from; each source is judged by itself. */
  readonly source: string
  /** Bytes of lines with their ends; they may be cut anywhere when the next batch goes on. Not to be written to again. */
  readonly bytes: Uint8Array
  /**
   * Where reading stands behind these lines, as plain JSON. Kept with the state of the source, from the same moment,
   * and told again by {@link Intake.positionOf} after a restart.
   */
  readonly position?: unknown
}

/** What came of a batch. */
export interface Judged {
  readonly findings: number
}

/** Where sources of lines give what they read. */
export interface Intake {
  /**
   * Judges lines. Await each call before the next of the same source: that is the back-pressure.
   * @returns when the lines are judged and their findings were taken by all sinks
   */
  push(batch: LineBatch): Promise<Judged>
  /** Nothing more will come of a source: what is open is judged and its state let go. */
  end(source: string): Promise<void>
  /** The position that was kept with the state of a source; `undefined` where it has none. */
  positionOf(source: string): unknown
}

/** Most characters of a name of a source. */
export const MOST_NAME = 256

/** What a name of a source may be: something to see on one line. */
export const SOURCE_NAME = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u

/** A name of a source from text that may be anything: what cannot be seen is left out, the rest cut. */
export function sourceNameFrom(text: string, otherwise: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim()
  return visible === '' ? otherwise : Array.from(visible).slice(0, MOST_NAME).join('')
}

/** Lines in bytes: line ends, and one more where the last line has none. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++
  return bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? lines + 1 : lines
}
