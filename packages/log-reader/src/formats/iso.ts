import type { HeaderFields } from '../header-fields.js'
import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'
import { severityOfBytes } from '../severity-words.js'
import { readTag } from '../syslog-tag.js'

const SPACE = 32
const DASH = 45
const SLASH = 47

/**
 * Anything that begins with an ISO 8601 time (also `YYYY/MM/DD`, also in brackets), with or without zone; then,
 * where they stand: the host and tag of rsyslog and `journalctl -o short-iso`, or a level and a logger.
 */
export const isoFormat: HeaderFormat = {
  name: 'iso',
  description: 'ISO 8601 time with or without zone, then an optional host and process, or an optional level',
  examples: [
    '2024-01-02T03:04:05.678+09:00 web1 sshd[1234]: Accepted publickey for root',
    '2024-01-02T03:04:05+0900 web1 kernel: eth0: link down',
    '2024-01-02 03:04:05,678 WARNING disk is 91 % full',
    '[2024-01-02 03:04:05] [error] connection refused',
    '2024-01-02T03:04:05.123456789Z starting up',
    '2024/01/02 03:04:05 listening on :8080',
    '2024-01-02 03:04:05,678 - app.worker - INFO - job 7 done',
  ],
  parse(scan, _context, fields) {
    const bracket = scan.skip(91) ? 93 : scan.skip(40) ? 41 : 0
    const separator = scan.code(4)
    if (separator !== DASH && separator !== SLASH) return false
    const midnight = scan.date(separator)
    if (midnight !== midnight) return false
    const isT = scan.skip(84)
    if (!isT && !scan.skip(SPACE)) return false
    const clock = scan.clock()
    if (clock < 0) return false
    const local = midnight + clock + scan.fractionMs()
    const zoneAt = scan.at
    if (scan.code() === SPACE && isZone(scan, scan.at + 1)) scan.at++
    fields.timestamp = local - scan.zoneMs()
    const hasZone = scan.at > zoneAt
    if (bracket !== 0 && !scan.skip(bracket)) return false
    if (!skipSeparator(scan) && scan.at < scan.end) return false
    if (!readHostAndTag(scan, fields, isT && hasZone)) readLevel(scan, fields)
    fields.messageStart = scan.at
    return true
  },
}

/** `+0900` or `+09:00` behind a space; a lone `-` or a number with a sign is no zone. */
function isZone(scan: LineScanner, at: number): boolean {
  const sign = scan.codeAt(at)
  if (sign !== 43 && sign !== DASH) return false
  if (!scan.isDigitAt(at + 1) || !scan.isDigitAt(at + 2)) return false
  return scan.isDigitAt(at + (scan.codeAt(at + 3) === 58 ? 4 : 3))
}

/** Spaces, a tab, `|`, `,`, `:` or ` - ` between two parts of a header; false when there is none. */
function skipSeparator(scan: LineScanner): boolean {
  const from = scan.at
  for (;;) {
    const code = scan.code()
    const isDash = code === DASH && scan.at > from && scan.code(1) === SPACE
    const isMark = code === SPACE || code === 9 || code === 124 || code === 44 || code === 58
    if (!isMark && !isDash) return scan.at > from
    scan.at++
  }
}

/**
 * `host process[pid]: `. Without a pid (`host process: `) it is taken for that only behind a time with `T` and zone,
 * as syslog daemons write it: elsewhere "Connection refused: …" would name a host.
 */
function readHostAndTag(scan: LineScanner, fields: HeaderFields, isSyslogTime: boolean): boolean {
  const from = scan.at
  const isWord = scan.skipWord() > 0
  const end = scan.at
  const isHost =
    isWord && scan.codeAt(end - 1) !== 58 && scan.codeAt(from) !== 91 && severityOfBytes(scan.bytes, from, end) < 0
  if (isHost && scan.skipSpaces() > 0 && readTag(scan, fields) && (fields.pid >= 0 || isSyslogTime)) {
    fields.host.span(from, end)
    return true
  }
  fields.process.set(null)
  fields.pid = -1
  scan.at = from
  return false
}

/** `INFO `, `[INFO] `, `<INFO> `, `INFO: `, `(INFO) `, or `logger - INFO - `. */
function readLevel(scan: LineScanner, fields: HeaderFields): void {
  const from = scan.at
  if (readLevelWord(scan, fields)) return
  const dash = scan.findText(' - ', from)
  if (dash < 0 || dash - from > 64) return
  const logger = scan.slice(from, dash).trim()
  if (logger.includes(' ')) return
  scan.at = dash + 3
  if (readLevelWord(scan, fields)) fields.process.set(logger)
  else scan.at = from
}

function readLevelWord(scan: LineScanner, fields: HeaderFields): boolean {
  const from = scan.at
  const open = scan.code()
  const close = open === 91 ? 93 : open === 60 ? 62 : open === 40 ? 41 : 0
  if (close !== 0) scan.at++
  const start = scan.at
  while (isLetter(scan.code()) && scan.at - start < 14) scan.at++
  const severity = severityOfBytes(scan.bytes, start, scan.at)
  const isClosed = close === 0 || scan.skip(close)
  if (severity >= 0 && isClosed && (skipSeparator(scan) || scan.at === scan.end)) {
    fields.severity = severity
    return true
  }
  scan.at = from
  return false
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
}
