import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'

const SPACE = 32

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
  parse(line, context, fields) {
    const scan = context.scanner.start(line)
    if (!scan.skip(60)) return false
    const priority = scan.integer(3)
    if (priority < 0 || priority > 191 || !scan.skip(62) || !scan.skip(49) || !scan.skip(SPACE)) return false
    fields.severity = priority & 7
    const time = readTime(scan)
    if (time === null || !scan.skip(SPACE)) return false
    fields.timestamp = time
    fields.host = readValue(scan)
    fields.process = readValue(scan)
    const processId = readValue(scan)
    fields.pid = processId !== null && /^\d{1,9}$/.test(processId) ? Number(processId) : -1
    readValue(scan)
    if (!skipStructuredData(scan)) return false
    scan.skipSpaces()
    if (scan.code() === 0xfeff) scan.at++
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

/** A field and the space behind it; `null` for the nil value. */
function readValue(scan: LineScanner): string | null {
  const value = scan.word()
  scan.skip(SPACE)
  return value === '-' || value === '' ? null : value
}

/** `-` or `[id name="value"]…`, in which `\]` does not close (§6.3.3). */
function skipStructuredData(scan: LineScanner): boolean {
  if (scan.skip(45)) return true
  if (scan.code() !== 91) return false
  let isQuoted = false
  for (; scan.at < scan.line.length; scan.at++) {
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
