import type { HeaderFormat } from '../header-format.js'
import { severityOfWord } from '../severity-words.js'
import { timeOfText } from '../written-time.js'

const PAIR = /([\w.@/-]+)=("(?:[^"\\]|\\.)*"|\S*)(?: +|$)/y
const KNOWN = new Set(['time', 'ts', 't', 'timestamp', 'level', 'lvl', 'severity', 'msg', 'message'])

/** `key=value` pairs, as Go services write them. A line counts when it is pairs throughout and one key is known. */
export const logfmtFormat: HeaderFormat = {
  name: 'logfmt',
  description: 'logfmt: time=… level=… msg="…" key=value',
  examples: [
    'time="2024-01-02T03:04:05Z" level=warning msg="container \\"web\\" is unhealthy" container=web pid=77',
    'ts=2024-01-02T03:04:05.678Z caller=main.go:12 level=info component=tsdb msg=ready',
    'level=error user=alice action=login',
  ],
  parse(scan, _context, fields) {
    if (scan.find(61) <= scan.from) return false
    const line = scan.text()
    PAIR.lastIndex = 0
    let isKnown = false
    let at = 0
    for (let pair = PAIR.exec(line); pair !== null; pair = PAIR.exec(line)) {
      at = PAIR.lastIndex
      const [, key, written] = pair
      const value = written.startsWith('"') ? unquote(written) : written
      isKnown ||= KNOWN.has(key)
      if (key === 'time' || key === 'ts' || key === 't' || key === 'timestamp') fields.timestamp = timeOfText(value)
      else if (key === 'level' || key === 'lvl' || key === 'severity') fields.severity = severityOfWord(value)
      else if (key === 'msg' || key === 'message') fields.message = value
      else if (key === 'host' || key === 'hostname') fields.host.set(value)
      else if (key === 'logger' || key === 'component' || key === 'service' || key === 'app') fields.process.set(value)
      else if (key === 'pid') fields.pid = /^\d{1,9}$/.test(value) ? Number(value) : -1
      if (at === line.length) break
    }
    return isKnown && at === line.length
  },
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}
