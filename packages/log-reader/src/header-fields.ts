/** A text of a header: mostly a piece of the line, sometimes one that stands nowhere as it is. */
export class HeaderText {
  /** Position in the scanner's bytes, inclusive; meaningless where `text` is given. */
  start = 0
  /** Exclusive; equal to `start` for none. */
  end = 0
  /** The text where it is no piece of the line. */
  text: string | null = null

  /** The piece between two positions of the line; an empty one is none. */
  span(start: number, end: number): void {
    this.start = start
    this.end = end
    this.text = null
  }

  /** A text of its own; `null` for none. */
  set(text: string | null): void {
    this.end = this.start
    this.text = text
  }
}

/** What a header says of its line: written by {@link HeaderFormat.parse}, one object reused for every line. */
export class HeaderFields {
  /** Milliseconds since 1970-01-01 UTC, fractions kept; NaN for none. */
  timestamp = NaN
  readonly host = new HeaderText()
  readonly process = new HeaderText()
  /** −1 for none. */
  pid = -1
  /** Syslog severity 0..7; −1 for none. */
  severity = -1
  /** Position at which the message begins, as the scanner counts; used where `message` is `null`. */
  messageStart = 0
  /** A piece behind `messageStart` that is no part of the message, inclusive; equal to `gapEnd` for none. */
  gapStart = 0
  /** Exclusive. */
  gapEnd = 0
  /** The message where it is not simply the rest of the line. */
  message: string | null = null

  /**
   * Forgets the line before.
   * @param lineStart position of the new line: its message begins there unless its header says otherwise
   */
  clear(lineStart: number): void {
    this.timestamp = NaN
    this.host.set(null)
    this.process.set(null)
    this.pid = -1
    this.severity = -1
    this.messageStart = lineStart
    this.gapStart = 0
    this.gapEnd = 0
    this.message = null
  }
}
