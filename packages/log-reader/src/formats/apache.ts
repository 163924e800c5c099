import type { HeaderFields } from '../header-fields.js'
import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'
import { severityOfWord } from '../severity-words.js'
import { readBracketedTime } from './dmesg.js'

const SPACE = 32
const SLASH = 47

/**
 * The common and combined log formats of Apache, also nginx's default. The client is no host that logs, so it stays in
 * the message, which is the line without its time.
 */
export const apacheAccessFormat: HeaderFormat = {
  name: 'apache-access',
  description: 'Apache and nginx access log (common, combined): client ident user [time] "request" status size',
  examples: [
    '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /images/kibana-search.png HTTP/1.1" 200 203023 "http://example.com/" "Mozilla/5.0"',
    '2001:db8::1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
  ],
  parse(scan, _context, fields) {
    const open = scan.findText(' [')
    // Client, identity and user stand before the time; a later bracket is part of something else.
    if (open < 0 || open - scan.from > 400) return false
    scan.at = open + 2
    const time = readAccessTime(scan)
    if (time !== time || !scan.skip(93) || scan.code() !== SPACE || scan.code(1) !== 34) return false
    fields.timestamp = time
    fields.messageStart = scan.from
    fields.gapStart = open
    fields.gapEnd = scan.at
    return true
  },
}

/** The error log of Apache: 2.2 with a level, 2.4 with module, level, pid and thread. */
export const apacheErrorFormat: HeaderFormat = {
  name: 'apache-error',
  description: 'Apache error log: [time] [level] message, or [time] [module:level] [pid N:tid N] message',
  examples: [
    '[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties',
    '[Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 35708:tid 4328636416] [client 72.15.99.187] File does not exist: /usr/local/apache2/htdocs/favicon.ico',
  ],
  parse(scan, _context, fields) {
    const time = readBracketedTime(scan)
    if (time !== time || !scan.skip(SPACE) || !readLevel(scan, fields)) return false
    fields.timestamp = time
    readPid(scan, fields)
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}

/** The error log of nginx. */
export const nginxErrorFormat: HeaderFormat = {
  name: 'nginx-error',
  description: 'nginx error log: YYYY/MM/DD HH:MM:SS [level] pid#tid: message',
  examples: [
    '2024/01/02 03:04:05 [error] 1234#0: *5 open() "/var/www/favicon.ico" failed (2: No such file or directory)',
    '2024/01/02 03:04:06 [notice] 1#1: start worker processes',
  ],
  parse(scan, _context, fields) {
    const midnight = scan.date(SLASH)
    if (midnight !== midnight || !scan.skip(SPACE)) return false
    const clock = scan.clock()
    if (clock < 0 || !scan.skip(SPACE) || !readLevel(scan, fields) || !scan.skip(SPACE)) return false
    fields.pid = scan.integer(9)
    if (fields.pid < 0 || !scan.skip(35) || scan.integer(19) < 0 || !scan.skip(58)) return false
    fields.timestamp = midnight + clock
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}

/** `17/May/2015:10:05:03 +0000`, or NaN. */
function readAccessTime(scan: LineScanner): number {
  const day = scan.digits(2)
  if (day < 1 || !scan.skip(SLASH)) return NaN
  const month = scan.month()
  if (month < 0 || !scan.skip(SLASH)) return NaN
  const year = scan.digits(4)
  if (year < 0 || !scan.skip(58)) return NaN
  const midnight = scan.midnight(year, month, day)
  const clock = scan.clock()
  if (clock < 0) return NaN
  const local = midnight + clock + scan.fractionMs()
  scan.skip(SPACE)
  return local - scan.zoneMs()
}

/** `[level]` or `[module:level]`; Apache's trace1 to trace8 count as debug. */
function readLevel(scan: LineScanner, fields: HeaderFields): boolean {
  const { at } = scan
  const close = scan.code() === 91 ? scan.find(93) : -1
  if (close < 0) return false
  const colon = scan.find(58)
  const hasModule = colon >= 0 && colon < close
  fields.severity = severityOfWord(scan.slice(hasModule ? colon + 1 : at + 1, close).replace(/^trace\d$/, 'trace'))
  if (fields.severity < 0) return false
  if (hasModule) fields.process.span(at + 1, colon)
  scan.at = close + 1
  return true
}

function readPid(scan: LineScanner, fields: HeaderFields): void {
  if (!scan.startsWith(' [pid ')) return
  const close = scan.find(93)
  if (close < 0) return
  scan.at += 6
  fields.pid = scan.integer(9)
  scan.at = close + 1
}
