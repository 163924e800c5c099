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

/** The words by a hash of their letters: no string has to be made to look one up. No two share a hash. */
const BY_HASH = new Map(
  [...SEVERITIES].map(([word, severity]) => {
    const bytes = Buffer.from(word)
    return [hashOf(bytes, 0, bytes.length), { bytes, severity }] as const
  }),
)

/** As {@link severityOfWord}, of a word in bytes. */
export function severityOfBytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < 3 || length > LONGEST_WORD) return -1
  const found = BY_HASH.get(hashOf(bytes, start, end))
  if (found === undefined || found.bytes.length !== length) return -1
  for (let i = 0; i < length; i++) if ((bytes[start + i] | CASE) !== found.bytes[i]) return -1
  return found.severity
}

/** Steps over a word and says its severity, −1 when it is no level. */
export function readSeverity(scan: LineScanner): number {
  const from = scan.at
  scan.skipWord()
  return severityOfBytes(scan.bytes, from, scan.at)
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + (bytes[at] | CASE)
  return hash & 0x3fffffff
}

const LETTERS = new Map([...'FAEWNIDV'].map((letter, index) => [letter.charCodeAt(0), [2, 2, 3, 4, 5, 6, 7, 7][index]]))

/**
 * The syslog severity of the letter by which logcat and klog write a level, given as character code; −1 for none.
 * F(atal) and A(ssert) are critical, V(erbose) is debug.
 */
export function severityOfLetter(code: number): number {
  return LETTERS.get(code) ?? -1
}
