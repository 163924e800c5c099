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

const SEVERITIES = new Map<string, number>()
for (const [severity, words] of WORDS.entries()) {
  for (const word of words) {
    SEVERITIES.set(word, severity)
    SEVERITIES.set(word.toUpperCase(), severity)
    SEVERITIES.set(word[0].toUpperCase() + word.slice(1), severity)
  }
}

/**
 * The syslog severity 0..7 of a level word (`WARN`, `warn` and `Warn` alike), or −1 when it is none.
 * `fatal` and `failure` count as critical, `severe` (java.util.logging) as error, `trace` as debug.
 */
export function severityOfWord(word: string): number {
  return SEVERITIES.get(word) ?? -1
}

const LETTERS = new Map([...'FAEWNIDV'].map((letter, index) => [letter.charCodeAt(0), [2, 2, 3, 4, 5, 6, 7, 7][index]]))

/**
 * The syslog severity of the letter by which logcat and klog write a level, given as character code; −1 for none.
 * F(atal) and A(ssert) are critical, V(erbose) is debug.
 */
export function severityOfLetter(code: number): number {
  return LETTERS.get(code) ?? -1
}
