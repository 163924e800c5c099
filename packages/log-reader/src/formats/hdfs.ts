import type { HeaderFormat } from '../header-format.js'
import { readSeverity } from '../severity-words.js'

/** Early Hadoop daemons: `yymmdd hhmmss pid LEVEL class: message`. */
export const hdfsFormat: HeaderFormat = {
  name: 'hdfs',
  description: 'HDFS daemons: YYMMDD HHMMSS pid LEVEL class: message',
  examples: [
    '081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38865049064139660 terminating',
    '081110 211541 18 WARN dfs.DataNode$DataXceiver: 10.250.15.198:50010:Got exception while serving blk_1 to /10.1.1.1:',
  ],
  parse(scan, _context, fields) {
    const year = scan.digits(2)
    const month = scan.digits(2)
    const day = scan.digits(2)
    if (year < 0 || month < 0) return false
    const midnight = scan.midnight(2000 + year, month, day)
    if (midnight !== midnight || !scan.skip(32)) return false
    const hour = scan.digits(2)
    const minute = scan.digits(2)
    const second = scan.digits(2)
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || !scan.skip(32)) return false
    const pid = scan.integer(10)
    if (pid < 0 || !scan.skip(32)) return false
    fields.severity = readSeverity(scan)
    if (fields.severity < 0 || !scan.skip(32)) return false
    const colon = scan.find(58)
    if (colon < 0) return false
    fields.timestamp = midnight + (hour * 3600 + minute * 60 + second) * 1000
    fields.pid = pid
    fields.process.span(scan.at, colon)
    scan.at = colon + 1
    scan.skipSpaces()
    fields.messageStart = scan.at
    return true
  },
}
