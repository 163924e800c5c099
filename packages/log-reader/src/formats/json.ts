import type { HeaderFormat } from '../header-format.js'
import type { LineScanner } from '../line-scanner.js'
import { severityOfWord } from '../severity-words.js'
import { timeOfNumber, timeOfText } from '../written-time.js'

const TIME_KEYS = ['@timestamp', 'timestamp', 'time', 'ts', 't', 'datetime', 'date']
const LEVEL_KEYS = ['level', 'severity', 'lvl', 'levelname', 'log.level', 'loglevel']
const HOST_KEYS = ['host', 'hostname']
const PROCESS_KEYS = ['logger', 'name', 'service', 'app', 'component', 'logger_name', 'program']
const PID_KEYS = ['pid', 'process_id']
const MESSAGE_KEYS = ['msg', 'message', 'event', 'text', '@message', '@m']

type JsonObject = Readonly<Record<string, unknown>>

/** One JSON object a line. The message is the text of the usual keys; a line without one is its own message. */
export const jsonFormat: HeaderFormat = {
  name: 'json',
  description:
    'JSON lines: the usual keys for time, level, host, logger, pid and message (pino, bunyan, zap, structlog)',
  examples: [
    '{"timestamp":"2024-01-02T03:04:05.678Z","level":"warn","host":"web1","logger":"app.db","pid":7,"message":"slow query"}',
    '{"level":30,"time":1704164645678,"pid":4711,"hostname":"web1","msg":"listening"}',
    '{"level":"error","ts":1704164645.678,"caller":"x.go:1","msg":"dial failed"}',
    '{"user":"alice","action":"login"}',
  ],
  parse(scan, _context, fields) {
    const object = objectOf(scan)
    if (object === null) return false
    fields.timestamp = timeOf(first(object, TIME_KEYS))
    fields.severity = severityOf(first(object, LEVEL_KEYS))
    fields.host.set(textOf(first(object, HOST_KEYS)))
    fields.process.set(textOf(first(object, PROCESS_KEYS)))
    fields.pid = pidOf(first(object, PID_KEYS))
    fields.message = textOf(first(object, MESSAGE_KEYS)) ?? JSON.stringify(object)
    return true
  },
}

/** The object that a line holds, or `null`. */
export function objectOf(line: LineScanner): JsonObject | null {
  if (line.code() !== 123) return null
  try {
    return JSON.parse(line.text()) as JsonObject
  } catch {
    return null
  }
}

function first(object: JsonObject, keys: readonly string[]): unknown {
  const key = keys.find((candidate) => object[candidate] !== undefined && object[candidate] !== null)
  return key === undefined ? null : object[key]
}

function timeOf(value: unknown): number {
  if (typeof value === 'number') return timeOfNumber(value)
  return typeof value === 'string' ? timeOfText(value) : NaN
}

/** Words; syslog codes 0..7; from 10 on the levels of bunyan and pino (60 fatal … 10 trace). */
function severityOf(value: unknown): number {
  if (typeof value === 'string') return severityOfWord(value)
  if (typeof value !== 'number') return -1
  if (value < 10) return Number.isInteger(value) && value >= 0 && value <= 7 ? value : -1
  return value >= 60 ? 2 : value >= 50 ? 3 : value >= 40 ? 4 : value >= 30 ? 6 : 7
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function pidOf(value: unknown): number {
  const pid = Number(value ?? NaN)
  return Number.isInteger(pid) && pid >= 0 && pid <= 0x7fffffff ? pid : -1
}
