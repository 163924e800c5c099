import type { HeaderFormat } from '../header-format.js'
import { readSeverity } from '../severity-words.js'

const SPACE = 32
const SLASH = 47

/** Spark's default pattern, `%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m`. */
export const sparkFormat: HeaderFormat = {
  name: 'spark',
  description: 'Spark: YY/MM/DD HH:MM:SS LEVEL logger: message',
  examples: [
    '17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers for [TERM, HUP, INT]',
    '24/02/29 00:00:00 WARN TaskSetManager: Lost task 0.0 in stage 1.0',
  ],
  parse(scan, _context, fields) {
    const year = scan.digits(2)
    if (year < 0 || !scan.skip(SLASH)) return false
    const month = scan.digits(2)
    if (month < 0 || !scan.skip(SLASH)) return false
    const midnight = scan.midnight(2000 + year, month, scan.digits(2))
    if (midnight !== midnight || !scan.skip(SPACE)) return false
    const clock = scan.clock()
    if (clock < 0) return false
    fields.timestamp = midnight + clock + scan.fractionMs()
    if (!scan.skip(SPACE)) return false
    fields.severity = readSeverity(scan)
    if (fields.severity < 0 || scan.skipSpaces() === 0) return false
    const colon = scan.find(58)
    if (colon < 0) return false
    fields.process.span(scan.at, colon)
    scan.at = colon + 1
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}
