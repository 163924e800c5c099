import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'

const OPEN = 91
const CLOSE = 93
const SPACE = 32

/** The kernel's ring buffer: seconds since the machine started, a time only where `bootTimeMs` says when that was. */
export const dmesgFormat: HeaderFormat = {
  name: 'dmesg',
  description: 'dmesg: [seconds since start] message, optionally behind <priority>',
  examples: [
    '[    0.000000] Linux version 6.1.0 (builder@example) #1 SMP',
    '[12345.678901] usb 1-1: new high-speed USB device number 5 using xhci_hcd',
    '<6>[   12.345678] EXT4-fs (sda1): mounted filesystem',
  ],
  parse(scan, context, fields) {
    fields.severity = readPriority(scan)
    if (!scan.skip(OPEN)) return false
    scan.skipSpaces()
    const seconds = scan.integer(10)
    if (seconds < 0 || scan.code() !== 46) return false
    const fraction = scan.fractionMs()
    if (!scan.skip(CLOSE)) return false
    fields.timestamp = context.bootTimeMs + seconds * 1000 + fraction
    scan.skip(SPACE)
    fields.messageStart = scan.at
    return true
  },
}

/** `dmesg -T`: the uptime turned into local time. */
export const dmesgTimeFormat: HeaderFormat = {
  name: 'dmesg-t',
  description: 'dmesg -T: [Thu Jan  1 12:00:00 2026] message',
  examples: [
    '[Thu Jan  1 12:00:00 2026] usb 1-1: USB disconnect, device number 5',
    '[Thu Feb 29 23:59:60 2024] Clock: inserting leap second 23:59:60 UTC',
  ],
  parse(scan, _context, fields) {
    fields.severity = readPriority(scan)
    const time = readBracketedTime(scan)
    if (time !== time) return false
    fields.timestamp = time
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}

/** `[Thu Jan  1 12:00:00.123 2026]`, the C library's asctime in brackets, or NaN. */
export function readBracketedTime(scan: LineScanner): number {
  if (!scan.skip(OPEN) || scan.code(3) !== SPACE) return NaN
  scan.at += 4
  const month = scan.month()
  if (month < 0 || !scan.skip(SPACE)) return NaN
  scan.skip(SPACE)
  const day = scan.integer(2)
  if (day < 1 || !scan.skip(SPACE)) return NaN
  const clock = scan.clock()
  if (clock < 0) return NaN
  const fraction = scan.fractionMs()
  if (!scan.skip(SPACE)) return NaN
  const year = scan.digits(4)
  if (year < 0 || !scan.skip(CLOSE)) return NaN
  return scan.midnight(year, month, day) + clock + fraction
}

function readPriority(scan: LineScanner): number {
  if (!scan.skip(60)) return -1
  const priority = scan.integer(3)
  return priority >= 0 && scan.skip(62) ? priority & 7 : -1
}
