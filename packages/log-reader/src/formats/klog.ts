import { daysInMonth } from '../civil-time.js'
import type { HeaderFormat } from '../header-format.js'
import { severityOfLetter } from '../severity-words.js'

/** glog and klog, the logging of Kubernetes. The line of source code is left to `raw`: it moves with each release. */
export const klogFormat: HeaderFormat = {
  name: 'klog',
  description: 'glog, klog (Kubernetes): LMMDD HH:MM:SS.uuuuuu pid file:line] message, without year',
  lacksYear: true,
  examples: [
    'I0102 03:04:05.678901    1234 controller.go:116] Starting controller',
    'E1231 23:59:59.000001       1 reflector.go:138] Failed to watch *v1.Pod: connection refused',
  ],
  parse(scan, context, fields) {
    const letter = scan.code()
    scan.at++
    const month = scan.digits(2)
    const day = scan.digits(2)
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(month) || !scan.skip(32)) return false
    fields.severity = severityOfLetter(letter)
    if (fields.severity < 0) return false
    const clock = scan.clock()
    if (clock < 0) return false
    const time = clock + scan.fractionMs()
    if (scan.skipSpaces() === 0) return false
    fields.pid = scan.integer(9)
    if (fields.pid < 0 || !scan.skip(32)) return false
    const close = scan.findText('] ')
    let colon = close
    while (colon > scan.at && scan.codeAt(colon) !== 58) colon--
    if (colon <= scan.at) return false
    fields.timestamp = context.years.dayStart(month, day) + time
    fields.process.span(scan.at, colon)
    fields.messageStart = close + 2
    return true
  },
}
