import type { HeaderFormat } from '../header-format.js'

const COLON = 58
const BAR = 124

/** Huawei HealthApp on Android: numbers of the time are not padded, fields end in `|`. */
export const healthAppFormat: HeaderFormat = {
  name: 'healthapp',
  description: 'HealthApp: YYYYMMDD-H:M:S:mmm|component|pid|message',
  examples: [
    '20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579',
    '20171224-0:5:2:11|Step_SPUtils|30002312| getTodayTotalDetailSteps = 1514038440000##7015',
  ],
  parse(scan, _context, fields) {
    const year = scan.digits(4)
    const month = scan.digits(2)
    const day = scan.digits(2)
    if (year < 0 || month < 0) return false
    const midnight = scan.midnight(year, month, day)
    if (midnight !== midnight || !scan.skip(45)) return false
    const hour = scan.integer(2)
    if (hour < 0 || hour > 23 || !scan.skip(COLON)) return false
    const minute = scan.integer(2)
    if (minute < 0 || minute > 59 || !scan.skip(COLON)) return false
    const second = scan.integer(2)
    if (second < 0 || second > 60 || !scan.skip(COLON)) return false
    const milliseconds = scan.integer(3)
    if (milliseconds < 0 || !scan.skip(BAR)) return false
    const bar = scan.find(BAR)
    if (bar < 0) return false
    fields.process.span(scan.at, bar)
    scan.at = bar + 1
    fields.pid = scan.integer(9)
    if (!scan.skip(BAR)) return false
    fields.timestamp = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}
