const NEWLINE = 10
const SPACE = 32
const ZERO = 48
const NINE = 57
const LESS_THAN = 60

/** A sender does not keep to either framing: the connection cannot be read any further. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

/**
 * Messages in a stream of syslog over TCP (RFC 6587): with their lengths before them (§3.4.1), or ended by line feeds
 * (§3.4.2). Each message tells which by its first character. Memory: one message.
 */
export class SyslogFrames {
  readonly #mostBytes: number
  #rest: Buffer = Buffer.alloc(0)
  /** The rest of a message that was too long is thrown away up to its line feed. */
  #isSkipping = false
  #cut = 0

  /** No bytes yet. @param mostBytes of a message; what is longer is cut where a line feed ends it, and refused where a length says so */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Messages that were cut so far. */
  get cutMessages(): number {
    return this.#cut
  }

  /** The messages that bytes complete. @throws {FramingError} on a length that is none or too long */
  push(bytes: Uint8Array): Buffer[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes])
    const messages: Buffer[] = []
    let at = 0
    for (let next = this.#next(at, messages); next > at; next = this.#next(at, messages)) at = next
    this.#rest = this.#rest.subarray(at)
    return messages
  }

  /** The last message, where no line feed ends it; `null` where nothing is left or a counted message is not whole. */
  end(): Buffer | null {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return rest.length === 0 || isDigit(rest[0]) || this.#isSkipping ? null : rest
  }

  /** Takes one message from `at`. @returns where the next begins, or `at` when this one is not whole yet */
  #next(at: number, messages: Buffer[]): number {
    if (at >= this.#rest.length) return at
    if (!this.#isSkipping && isDigit(this.#rest[at]) && this.#rest[at] !== ZERO) return this.#counted(at, messages)
    return this.#line(at, messages)
  }

  #counted(at: number, messages: Buffer[]): number {
    let space = at
    while (space < this.#rest.length && isDigit(this.#rest[space])) space++
    // `2026-01-01 …`, `7 dwarfs`: a line after all. A counted message begins with its priority.
    const isLine = space < this.#rest.length && this.#rest[space] !== SPACE
    if (isLine || (space + 1 < this.#rest.length && this.#rest[space + 1] !== LESS_THAN))
      return this.#line(at, messages)
    if (space - at > 9) throw new FramingError('a length of more than nine digits')
    if (space + 1 >= this.#rest.length) return at
    const length = Number(this.#rest.toString('latin1', at, space))
    if (length > this.#mostBytes) throw new FramingError(`a message of ${length} bytes, more than ${this.#mostBytes}`)
    if (this.#rest.length < space + 1 + length) return at
    messages.push(this.#rest.subarray(space + 1, space + 1 + length))
    return space + 1 + length
  }

  #line(at: number, messages: Buffer[]): number {
    const end = this.#rest.indexOf(NEWLINE, at)
    const length = (end < 0 ? this.#rest.length : end) - at
    if (this.#isSkipping) {
      this.#isSkipping = end < 0
      return end < 0 ? this.#rest.length : end + 1
    }
    if (length > this.#mostBytes) {
      this.#cut++
      messages.push(this.#rest.subarray(at, at + this.#mostBytes))
      this.#isSkipping = end < 0
      return end < 0 ? this.#rest.length : end + 1
    }
    if (end < 0) return at
    if (length > 0) messages.push(this.#rest.subarray(at, end))
    return end + 1
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

const RFC5424 = /^<\d{1,3}>\d{1,2} \S+ (\S{1,255}) /
const RFC3164 = /^<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? (\S{1,255}) /
/** Enough of a message to hold its host. */
const HEADER_BYTES = 400

/** The host that a message of RFC 5424 or RFC 3164 names; `null` where it names none. */
export function hostOfMessage(message: Buffer): string | null {
  const head = message.toString('latin1', 0, HEADER_BYTES)
  const host = (RFC5424.exec(head) ?? RFC3164.exec(head))?.[1]
  return host === undefined || host === '-' ? null : host
}
