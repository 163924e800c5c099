import type { HeaderFormat } from '../header-format.js'
import type { HeaderText } from '../header-fields.js'
import type { LineScanner } from '../line-scanner.js'

const SPACE = 32
/** The byte order mark that may stand before a message in UTF-8 (§6.4), by its bytes. */
const BOM = '\xef\xbb\xbf'

/** The syslog protocol (RFC 5424, §6). Structured data is left to `raw`. */
export const rfc5424Format: HeaderFormat = {
  name: 'rfc5424',
  description: 'syslog protocol (RFC 5424): <pri>1 time host app procid msgid [structured data] message',
  examples: [
    '<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - pam_unix(su:auth): failure on /dev/pts/8',
    "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
    '<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 [id@32473 iut="3" note="a \\] b"][x@1 y="z"] An event',
    '<13>1 - - - - - - no header fields at all',
  ],
  parse(scan, _context, fields) {
    if (!scan.skip(60)) return false
    const priority = scan.integer(3)
    if (priority < 0 || priority > 191 || !scan.skip(62) || !scan.skip(49) || !scan.skip(SPACE)) return false
    fields.severity = priority & 7
    const time = readTime(scan)
    if (time === null || !scan.skip(SPACE)) return false
    fields.timestamp = time
    readValue(scan, fields.host)
    readValue(scan, fields.process)
    fields.pid = readPid(scan)
    readValue(scan)
    if (!skipStructuredData(scan)) return false
    scan.skipSpaces()
    if (scan.startsWith(BOM)) scan.at += BOM.length
    fields.messageStart = scan.at
    return true
  },
}

/** NaN for the nil value `-`, `null` for what is no time. */
function readTime(scan: LineScanner): number | null {
  if (scan.code() === 45 && scan.code(1) === SPACE) {
    scan.at++
    return NaN
  }
  const midnight = scan.date(45)
  if (midnight !== midnight || !scan.skip(84)) return null
  const clock = scan.clock()
  return clock < 0 ? null : midnight + clock + scan.fractionMs() - scan.zoneMs()
}

/** A field and the space behind it; the nil value `-` is none. */
function readValue(scan: LineScanner, field?: HeaderText): void {
  const from = scan.at
  const length = scan.skipWord()
  if (length !== 1 || scan.codeAt(from) !== 45) field?.span(from, scan.at)
  scan.skip(SPACE)
}

/** The number that the process id is, −1 where it is none. */
function readPid(scan: LineScanner): number {
  const pid = scan.integer(9)
  const isNumber = scan.code() === SPACE
  scan.skipWord()
  scan.skip(SPACE)
  return isNumber ? pid : -1
}

/** `-` or `[id name="value"]…`, in which `\]` does not close (§6.3.3). */
function skipStructuredData(scan: LineScanner): boolean {
  if (scan.skip(45)) return true
  if (scan.code() !== 91) return false
  let isQuoted = false
  for (; scan.at < scan.end; scan.at++) {
    const code = scan.code()
    if (code === 92) scan.at++
    else if (code === 34) isQuoted = !isQuoted
    else if (code === 93 && !isQuoted && scan.code(1) !== 91) {
      scan.at++
      return true
    }
  }
  return false
}
