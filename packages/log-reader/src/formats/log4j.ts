import type { HeaderFields } from '../header-fields.js'
import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'
import { readSeverity } from '../severity-words.js'

const SPACE = 32
const OPEN = 91
const DASH = 45
const COLON = 58

/** Log4j, Logback and Hadoop: a date, a level, a thread in brackets and a logger. The thread is left to `raw`. */
export const log4jFormat: HeaderFormat = {
  name: 'log4j',
  description: 'Log4j, Logback, Hadoop: YYYY-MM-DD HH:MM:SS,mmm LEVEL [thread] logger: message',
  examples: [
    '2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Created MRAppMaster',
    '2024-01-02 03:04:05.678 [http-nio-8080-exec-1] WARN  com.example.web.Login - user unknown',
    '2024-01-02 03:04:05,678 ERROR org.example.Store: write failed',
    '2024-01-02 03:04:05.678  INFO 4711 --- [           main] com.example.Application  : Started in 2.1 seconds',
  ],
  parse(scan, _context, fields) {
    const midnight = scan.date(DASH)
    if (midnight !== midnight || (!scan.skip(SPACE) && !scan.skip(84))) return false
    const clock = scan.clock()
    if (clock < 0) return false
    fields.timestamp = midnight + clock + scan.fractionMs()
    if (scan.skipSpaces() === 0) return false
    skipThread(scan)
    fields.severity = readSeverity(scan)
    if (fields.severity < 0 || scan.skipSpaces() === 0) return false
    readSpringPid(scan, fields)
    skipThread(scan)
    return readLogger(scan, fields)
  },
}

function skipThread(scan: LineScanner): void {
  if (scan.code() !== OPEN) return
  const close = scan.findText('] ')
  if (close < 0) return
  scan.at = close + 1
  scan.skipSpaces()
}

/** Spring Boot puts `4711 --- ` between level and thread. */
function readSpringPid(scan: LineScanner, fields: HeaderFields): void {
  const from = scan.at
  const pid = scan.integer(10)
  if (pid >= 0 && scan.startsWith(' --- ')) {
    fields.pid = pid
    scan.at += 5
  } else scan.at = from
}

/** `logger: `, `logger - ` or `logger  : `; a word of letters, digits, `.`, `$`, `_`, `-`, `/`. */
function readLogger(scan: LineScanner, fields: HeaderFields): boolean {
  const from = scan.at
  while (isNameCharacter(scan.code())) scan.at++
  if (scan.at === from) return false
  fields.process.span(from, scan.at)
  if (!scan.skip(COLON)) {
    if (scan.skipSpaces() === 0) return false
    if (!scan.skip(DASH) && !scan.skip(COLON)) return false
    if (scan.code() !== SPACE && scan.at < scan.end) return false
  }
  scan.skipSpaces()
  fields.messageStart = scan.at
  return true
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 45 && code <= 57) ||
    code === 36 ||
    code === 95
  )
}
