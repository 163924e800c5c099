import type { HeaderFields } from '../header-fields.js'
import type { HeaderFormat } from '../header-format.js'
import { objectOf } from './json.js'

/** `journalctl -o json`: the fields of systemd.journal-fields(7), one object a line. */
export const journalJsonFormat: HeaderFormat = {
  name: 'journal-json',
  description: 'systemd journal: journalctl -o json',
  examples: [
    '{"__REALTIME_TIMESTAMP":"1704164645678901","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"sshd","_PID":"1234","PRIORITY":"6","MESSAGE":"Server listening on :: port 22."}',
    '{"__REALTIME_TIMESTAMP":"1704164645700000","_HOSTNAME":"web1","_COMM":"app","PRIORITY":"3","MESSAGE":[98,97,100,7]}',
  ],
  parse(line, _context, fields) {
    if (line.findText('"__REALTIME_TIMESTAMP"') < 0) return false
    const object = objectOf(line)
    if (object === null) return false
    readJournalFields((key) => journalText(object[key]), fields)
    return true
  },
}

/** `journalctl -o export`: blocks of `KEY=value`; a newline inside a value was folded to newline and space. */
export const journalExportFormat: HeaderFormat = {
  name: 'journal-export',
  description: 'systemd journal: journalctl -o export',
  framing: 'journal-export',
  examples: [
    '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1704164645678901\nPRIORITY=4\n_HOSTNAME=web1\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=two\n lines',
  ],
  parse(scan, _context, fields) {
    if (scan.find(10) < 0) return false
    const block = scan.text()
    if (!/^__REALTIME_TIMESTAMP=\d+$/m.test(block)) return false
    const values = new Map<string, string>()
    for (const entry of block.split(/\n(?! )/)) {
      const equals = entry.indexOf('=')
      if (equals > 0) values.set(entry.slice(0, equals), entry.slice(equals + 1).replaceAll('\n ', '\n'))
    }
    readJournalFields((key) => values.get(key) ?? null, fields)
    return true
  },
}

function readJournalFields(get: (key: string) => string | null, fields: HeaderFields): void {
  fields.timestamp = Number(get('__REALTIME_TIMESTAMP') ?? NaN) / 1000
  fields.host.set(get('_HOSTNAME'))
  fields.process.set(get('SYSLOG_IDENTIFIER') ?? get('_COMM'))
  fields.pid = numberOf(get('_PID') ?? get('SYSLOG_PID'), 0x7fffffff)
  fields.severity = numberOf(get('PRIORITY'), 7)
  fields.message = get('MESSAGE') ?? ''
}

/** A field of the journal as JSON: text, or an array of bytes where it is not plain text, or several values. */
function journalText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return null
  return value.every((byte) => typeof byte === 'number')
    ? Buffer.from(value).toString('utf8')
    : journalText(value[value.length - 1])
}

function numberOf(text: string | null, most: number): number {
  const value = text !== null && /^\d+$/.test(text) ? Number(text) : -1
  return value <= most ? value : -1
}
