import { daysInMonth } from '../civil-time.js'
import type { HeaderFormat } from '../header-format.js'
import { severityOfLetter } from '../severity-words.js'

const SPACE = 32

/** `logcat -v threadtime`, the default of adb logcat. The thread id is left to `raw`. */
export const androidFormat: HeaderFormat = {
  name: 'android',
  description: 'Android logcat (threadtime): MM-DD HH:MM:SS.mmm pid tid LEVEL tag: message, without year',
  lacksYear: true,
  examples: [
    '03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogsopening app wtoken',
    '03-17 16:13:38.936  1702  8671 E ActivityManager: ANR in com.example.app',
    '12-31 23:59:59.999   871   871 W auditd  : type=1400 audit(0.0:5): avc: denied',
  ],
  parse(scan, context, fields) {
    const month = scan.digits(2)
    if (month < 1 || month > 12 || !scan.skip(45)) return false
    const day = scan.digits(2)
    if (day < 1 || day > daysInMonth(month) || !scan.skip(SPACE)) return false
    const clock = scan.clock()
    if (clock < 0) return false
    const time = clock + scan.fractionMs()
    if (scan.skipSpaces() === 0) return false
    const pid = scan.integer(10)
    if (pid < 0 || scan.skipSpaces() === 0 || scan.integer(10) < 0 || scan.skipSpaces() === 0) return false
    fields.severity = severityOfLetter(scan.code())
    scan.at++
    if (fields.severity < 0 || !scan.skip(SPACE)) return false
    const colon = scan.find(58)
    if (colon < 0) return false
    fields.timestamp = context.years.dayStart(month, day) + time
    fields.pid = pid
    let tagEnd = colon
    while (tagEnd > scan.at && scan.codeAt(tagEnd - 1) === SPACE) tagEnd--
    fields.process.span(scan.at, tagEnd)
    scan.at = colon + 1
    scan.skip(SPACE)
    fields.messageStart = scan.at
    return true
  },
}
