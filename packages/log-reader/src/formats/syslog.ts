import { daysInMonth } from '../civil-time.js'
import type { HeaderFields } from '../header-fields.js'
import type { HeaderContext, HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'
import { readTag } from '../syslog-tag.js'

/** The traditional syslog line (RFC 3164, §4.1), as syslogd, rsyslog, `journalctl -o short` and macOS write it. */
export const syslogFormat: HeaderFormat = {
  name: 'syslog',
  description: 'BSD syslog (RFC 3164): Mon D HH:MM:SS host process[pid]: message, without year',
  lacksYear: true,
  examples: [
    'Jun  9 06:06:20 combo syslogd 1.4.1: restart.',
    '<34>Oct 11 22:14:15 mymachine su: pam_unix(su:auth): authentication failure for root on /dev/pts/8',
    'Jan 12 07:05:33 db01 sshd(pam_unix)[19939]: check pass; user unknown',
    'Feb 29 12:00:00 web-3 CRON[77]: (root) CMD (run-parts /etc/cron.hourly)',
    'Mar  1 00:00:00 web-3 last message repeated 2 times',
    'Mar  1 00:20:00 web-3 -- MARK --',
    'Jul  1 09:00:55 laptop kernel[0]: en0: link up',
    'Jul  1 09:00:56 laptop com.example.launchd[1] (com.example.agent): Service exited with abnormal code: 1',
    'Sep 22 01:34:12 pi kernel: [   12.345678] usb 1-1: new high-speed USB device',
    'Sep 22 01:34:12.123456 pi systemd[1]: Started Session 4 of user pi.',
    'Oct 01 2023 10:00:00 fw1 : %ASA-6-302013: Built outbound TCP connection',
  ],
  parse(scan, context, fields) {
    fields.severity = readPriority(scan)
    const time = readStamp(scan, context)
    if (time !== time || scan.skipSpaces() === 0) return false
    fields.timestamp = time
    const host = scan.at
    if (scan.skipWord() === 0) return false
    fields.host.span(host, scan.at)
    scan.skipSpaces()
    if (scan.code() === 58 && scan.code(1) === 32) scan.at += 2 // Cisco sets a colon between host and tag.
    readTag(scan, fields)
    skipUptime(scan, fields)
    fields.messageStart = scan.at
    return true
  },
}

/** `Jun  9 06:06:20`; some devices put a year before the time. */
function readStamp(scan: LineScanner, context: HeaderContext): number {
  const month = scan.month()
  if (month < 0 || !scan.skip(32)) return NaN
  scan.skip(32)
  const day = scan.integer(2)
  if (day < 1 || !scan.skip(32)) return NaN
  const hasYear = scan.code(2) !== 58
  const year = hasYear ? scan.digits(4) : undefined
  if (hasYear && (year === -1 || !scan.skip(32))) return NaN
  if (day > daysInMonth(month, year)) return NaN
  const clock = scan.clock()
  if (clock < 0) return NaN
  const fraction = scan.fractionMs()
  const midnight = year === undefined ? context.years.dayStart(month, day) : scan.midnight(year, month, day)
  return midnight + clock + fraction
}

/** `<34>` → 34 & 7; −1 when there is none. */
function readPriority(scan: LineScanner): number {
  if (!scan.skip(60)) return -1
  const priority = scan.integer(3)
  return priority >= 0 && scan.skip(62) ? priority & 7 : -1
}

/**
 * The kernel repeats its uptime before each message. The line's own time says the same, and the padding inside the
 * brackets would make two templates of one message, so it is left to `raw`.
 */
function skipUptime(scan: LineScanner, fields: HeaderFields): void {
  if (scan.code() !== 91 || !isKernel(scan, fields)) return
  const from = scan.at++
  scan.skipSpaces()
  const isUptime = scan.integer() >= 0 && scan.code() === 46 && scan.fractionMs() >= 0 && scan.skip(93)
  if (isUptime) scan.skipSpaces()
  else scan.at = from
}

function isKernel(scan: LineScanner, { process }: HeaderFields): boolean {
  return process.end - process.start === 6 && scan.startsWith('kernel', process.start)
}
