const NEWLINE = 10
const EQUALS = 61
const LENGTH_BYTES = 8
/** Longest field that is taken; the journal itself stops at 768 MiB. */
const MOST_FIELD_BYTES = 16 * 1024 * 1024

/** An entry of the journal: its place, and what a line of `journalctl -o json` says of it. */
export interface JournalEntry {
  readonly cursor: string | null
  /** One line of JSON with the fields that are read. */
  readonly line: string
}

/** The fields that the reader of journal lines knows. */
const FIELDS = new Set([
  '__REALTIME_TIMESTAMP',
  '_HOSTNAME',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_PID',
  'SYSLOG_PID',
  'PRIORITY',
  'MESSAGE',
])

/**
 * Entries of the journal export format (systemd, "Journal Export Formats") as it streams: fields are `KEY=value` lines,
 * or `KEY`, a length of 8 bytes little-endian and that many bytes; a blank line ends an entry. Memory: one entry.
 */
export class JournalEntries {
  #rest: Buffer = Buffer.alloc(0)
  #fields = new Map<string, string>()
  #cursor: string | null = null

  /** The entries that bytes complete. @throws on a field longer than 16 MiB */
  push(bytes: Uint8Array): JournalEntry[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes])
    const entries: JournalEntry[] = []
    let at = 0
    for (let next = this.#next(at, entries); next > at; next = this.#next(at, entries)) at = next
    this.#rest = this.#rest.subarray(at)
    return entries
  }

  /** Takes one line or field from `at`. @returns where the next begins, or `at` when it is not whole yet */
  #next(at: number, entries: JournalEntry[]): number {
    const end = this.#rest.indexOf(NEWLINE, at)
    if (end < 0) {
      if (this.#rest.length - at > MOST_FIELD_BYTES) throw new Error('a field of the journal has no end')
      return at
    }
    if (end === at) {
      this.#endEntry(entries)
      return end + 1
    }
    const equals = this.#rest.subarray(at, end).indexOf(EQUALS)
    if (equals >= 0) {
      this.#take(this.#rest.toString('utf8', at, at + equals), this.#rest.subarray(at + equals + 1, end))
      return end + 1
    }
    return this.#binary(at, end)
  }

  #binary(at: number, keyEnd: number): number {
    const from = keyEnd + 1 + LENGTH_BYTES
    if (this.#rest.length < from) return at
    const length = Number(this.#rest.readBigUInt64LE(keyEnd + 1))
    if (length > MOST_FIELD_BYTES) throw new Error(`a field of the journal of ${length} bytes`)
    if (this.#rest.length < from + length + 1) return at
    this.#take(this.#rest.toString('utf8', at, keyEnd), this.#rest.subarray(from, from + length))
    return from + length + 1
  }

  #take(key: string, value: Buffer): void {
    if (key === '__CURSOR') this.#cursor = value.toString('utf8')
    else if (FIELDS.has(key)) this.#fields.set(key, value.toString('utf8'))
  }

  #endEntry(entries: JournalEntry[]): void {
    if (this.#fields.has('__REALTIME_TIMESTAMP')) {
      entries.push({ cursor: this.#cursor, line: JSON.stringify(Object.fromEntries(this.#fields)) })
    }
    this.#fields = new Map()
    this.#cursor = null
  }
}
