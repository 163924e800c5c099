import type { HeaderFormat } from '../header-format.js'
import { readSeverity } from '../severity-words.js'

const SPACE = 32
const DOT = 46
const DASH = 45

/**
 * The event log of Blue Gene/L as the failure data repositories publish it. The first field is a label given
 * afterwards and no part of the message. The time is the Unix time of the line, which unlike its local time needs no
 * zone, with the microseconds of the local time.
 */
export const bglFormat: HeaderFormat = {
  name: 'bgl',
  description: 'Blue Gene/L: label unixtime date node local-time node TYPE COMPONENT LEVEL message',
  examples: [
    '- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.363779 R02-M1-N0-C:J12-U11 RAS KERNEL INFO instruction cache parity error corrected',
    'APPREAD 1117869872 2005.06.04 R04-M1-N4-I:J18-U11 2005-06-04-00.24.32.432192 R04-M1-N4-I:J18-U11 RAS APP FATAL ciod: failed to read message prefix on control stream',
  ],
  parse(scan, _context, fields) {
    if (scan.skipWord() === 0 || !scan.skip(SPACE)) return false
    const seconds = scan.digits(10)
    if (seconds < 0 || !scan.skip(SPACE)) return false
    const day = scan.date(DOT)
    if (day !== day || !scan.skip(SPACE)) return false
    const node = scan.at
    scan.skipWord()
    fields.host.span(node, scan.at)
    if (!scan.skip(SPACE)) return false
    const localDay = scan.date(DASH)
    if (localDay !== localDay || !scan.skip(DASH) || scan.clock(DOT) < 0) return false
    fields.timestamp = seconds * 1000 + scan.fractionMs()
    if (!scan.skip(SPACE) || scan.skipWord() === 0 || !scan.skip(SPACE)) return false
    if (scan.skipWord() === 0 || !scan.skip(SPACE)) return false
    const component = scan.at
    scan.skipWord()
    fields.process.span(component, scan.at)
    scan.skip(SPACE)
    fields.severity = readSeverity(scan)
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}
