/** What a header says of its line: written by {@link HeaderFormat.parse}, one object reused for every line. */
export class HeaderFields {
  /** Milliseconds since 1970-01-01 UTC, fractions kept; NaN for none. */
  timestamp = NaN
  host: string | null = null
  process: string | null = null
  /** −1 for none. */
  pid = -1
  /** Syslog severity 0..7; −1 for none. */
  severity = -1
  /** Position in the line at which the message begins; used where `message` is `null`. */
  messageStart = 0
  /** The message where it is not simply the rest of the line. */
  message: string | null = null

  /** Forgets the line before. */
  clear(): void {
    this.timestamp = NaN
    this.host = null
    this.process = null
    this.pid = -1
    this.severity = -1
    this.messageStart = 0
    this.message = null
  }
}
