import type { LineScanner } from './line-scanner.js'

const WORDS: readonly (readonly string[])[] = [
  ['emerg', 'emergency', 'panic'],
  ['alert'],
  ['crit', 'critical', 'fatal', 'failure'],
  ['err', 'error', 'severe'],
  ['warn', 'warning'],
  ['notice'],
  ['info', 'information', 'informational', 'config'],
  ['debug', 'trace', 'verbose', 'fine', 'finer', 'finest'],
]

/** The bit in which a small letter differs from a capital. */
const CASE = 32

const SEVERITIES = new Map(WORDS.flatMap((words, severity) => words.map((word) => [word, severity] as const)))
const LONGEST_WORD = Math.max(...[...SEVERITIES.keys()].map((word) => word.length))

/**
 * The syslog severity 0..7 of a level word, in whatever case, or −1 when it is none.
 * `fatal` and `failure` count as critical, `severe` (java.util.logging) as error, `trace` as debug.
 */
export function severityOfWord(word: string): number {
  return SEVERITIES.get(word.toLowerCase()) ?? -1
}

/** The words as bytes, by their first: no string has to be made to look one up, and few words begin alike. */
const BY_INITIAL = Array.from({ length: 256 }, (_, initial) =>
  [...SEVERITIES]
    .filter(([word]) => word.charCodeAt(0) === initial)
    .map(([word, severity]) => ({ bytes: Buffer.from(word), severity })),
)

/** As {@link severityOfWord}, of a word in bytes. */
export function severityOfBytes(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 3 || end - start > LONGEST_WORD) return -1
  for (const { bytes: word, severity } of BY_INITIAL[bytes[start] | CASE]) {
    if (isWord(word, bytes, start, end)) return severity
  }
  return -1
}

function isWord(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let i = 0; i < word.length; i++) if ((bytes[start + i] | CASE) !== word[i]) return false
  return true
}

/** Steps over a word and says its severity, −1 when it is no level. */
export function readSeverity(scan: LineScanner): number {
  const from = scan.at
  scan.skipWord()
  return severityOfBytes(scan.bytes, from, scan.at)
}

const LETTERS = new Map([...'FAEWNIDV'].map((letter, index) => [letter.charCodeAt(0), [2, 2, 3, 4, 5, 6, 7, 7][index]]))

/**
 * The syslog severity of the letter by which logcat and klog write a level, given as character code; −1 for none.
 * F(atal) and A(ssert) are critical, V(erbose) is debug.
 */
export function severityOfLetter(code: number): number {
  return LETTERS.get(code) ?? -1
}
