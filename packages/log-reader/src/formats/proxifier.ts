import { daysInMonth } from '../civil-time.js'
import type { HeaderFormat } from '../header-format.js'

const SPACE = 32

/** Proxifier: month and day without year; ` *64` behind a program marks a 64-bit process and is left to `raw`. */
export const proxifierFormat: HeaderFormat = {
  name: 'proxifier',
  description: 'Proxifier: [MM.DD HH:MM:SS] program - message, without year',
  lacksYear: true,
  examples: [
    '[10.30 16:49:06] chrome.exe - proxy.example.com:5070 open through proxy proxy.example.com:5070 HTTPS',
    '[07.27 10:18:02] svchost.exe *64 - www.example.com:80 close, 451 bytes sent, 1049 bytes received, lifetime 00:01',
  ],
  parse(scan, context, fields) {
    if (!scan.skip(91)) return false
    const month = scan.digits(2)
    if (month < 1 || month > 12 || !scan.skip(46)) return false
    const day = scan.digits(2)
    if (day < 1 || day > daysInMonth(month) || !scan.skip(SPACE)) return false
    const clock = scan.clock()
    if (clock < 0 || !scan.skip(93) || !scan.skip(SPACE)) return false
    const dash = scan.findText(' - ')
    if (dash < 0) return false
    const has64 = dash - scan.at >= 4 && scan.startsWith(' *64', dash - 4)
    fields.timestamp = context.years.dayStart(month, day) + clock
    fields.process.span(scan.at, has64 ? dash - 4 : dash)
    fields.messageStart = dash + 3
    return true
  },
}
