import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'
import { readSeverity } from '../severity-words.js'

const SPACE = 32
const DASH = 45

/**
 * oslo.log, the logging of OpenStack (`logging_context_format_string`), where collected also with the name of the file
 * in front. The request in brackets is part of the header and left to `raw`.
 */
export const openstackFormat: HeaderFormat = {
  name: 'openstack',
  description: 'OpenStack (oslo.log): [file] YYYY-MM-DD HH:MM:SS.mmm pid LEVEL logger [request] message',
  examples: [
    'nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-38101a0b-2096-447d-96ea-a692162415ae 113d3a99 54fadb41 - - -] 10.11.10.1 "GET /v2/servers/detail HTTP/1.1" status: 200',
    '2017-05-16 00:00:04.500 2931 WARNING nova.compute.manager [-] While synchronizing instance power states',
  ],
  parse(scan, _context, fields) {
    const midnight = readDate(scan)
    if (midnight !== midnight || !scan.skip(SPACE)) return false
    const clock = scan.clock()
    if (clock < 0) return false
    fields.timestamp = midnight + clock + scan.fractionMs()
    if (!scan.skip(SPACE)) return false
    fields.pid = scan.integer(9)
    if (fields.pid < 0 || !scan.skip(SPACE)) return false
    fields.severity = readSeverity(scan)
    if (fields.severity < 0 || !scan.skip(SPACE)) return false
    const logger = scan.at
    scan.skipWord()
    fields.process.span(logger, scan.at)
    if (!scan.skip(SPACE)) return false
    if (scan.code() === 91) skipRequest(scan)
    fields.messageStart = scan.at
    return true
  },
}

/** The date, at the beginning or behind one word. */
function readDate(scan: LineScanner): number {
  const date = scan.date(DASH)
  if (date === date) return date
  scan.skipWord()
  return scan.skip(SPACE) ? scan.date(DASH) : NaN
}

/** `[-] ` or `[req-… ] `. */
function skipRequest(scan: LineScanner): void {
  const isRequest = scan.startsWith('[-]') || scan.startsWith('[req-')
  const close = isRequest ? scan.find(93) : -1
  if (close < 0) return
  scan.at = close + 1
  scan.skipSpaces()
}
