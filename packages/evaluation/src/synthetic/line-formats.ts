import type { LogEvent } from './log-event.js'

/**
 * How lines can be written.
 * - `syslog`: BSD syslog as written to a file (RFC 3164, §4.1, without priority), no year, whole seconds
 * - `iso`: ISO 8601 time with milliseconds and zone, host, program and process id, as rsyslog writes it
 * - `dmesg`: seconds since a start, then program and message; hosts are not told apart
 * - `journald`: one JSON object a line, as `journalctl -o json` writes it
 */
export const LINE_FORMATS = ['syslog', 'iso', 'dmesg', 'journald'] as const

/** A line format by name; {@link LINE_FORMATS} says what each is. */
export type LineFormat = (typeof LINE_FORMATS)[number]

/** Times that a line may need beside its own. */
export interface LineContext {
  /** Time since the host's last start, which the kernel prints in its syslog lines; `null` for other programs. */
  readonly uptimeMs: number | null
  /** Time since the log's own zero, for `dmesg`. */
  readonly sinceStartMs: number
}

/** An event as a line of a format, without a line end. */
export function formatLine(event: LogEvent, format: LineFormat, context: LineContext): string {
  return WRITERS[format](event, context)
}

const WRITERS: Readonly<Record<LineFormat, (event: LogEvent, context: LineContext) => string>> = {
  syslog: syslogLine,
  iso: (event) => `${new Date(event.timeMs).toISOString()} ${event.host} ${tagOf(event)}: ${event.message}`,
  dmesg: dmesgLine,
  journald: journaldLine,
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function syslogLine(event: LogEvent, { uptimeMs }: LineContext): string {
  const time = new Date(event.timeMs)
  const day = String(time.getUTCDate()).padStart(2)
  const clock = time.toISOString().slice(11, 19)
  const uptime = uptimeMs === null ? '' : `[${secondsOf(uptimeMs)}] `
  return `${MONTHS[time.getUTCMonth()]} ${day} ${clock} ${event.host} ${tagOf(event)}: ${uptime}${event.message}`
}

function dmesgLine(event: LogEvent, { sinceStartMs }: LineContext): string {
  const program = event.process === 'kernel' ? '' : `${tagOf(event)}: `
  return `[${secondsOf(sinceStartMs)}] ${program}${event.message}`
}

function journaldLine(event: LogEvent): string {
  return JSON.stringify({
    __REALTIME_TIMESTAMP: String(Math.round(event.timeMs * 1000)),
    _HOSTNAME: event.host,
    SYSLOG_IDENTIFIER: event.process,
    ...(event.pid < 0 ? {} : { _PID: String(event.pid) }),
    PRIORITY: '6',
    MESSAGE: event.message,
  })
}

function tagOf({ process, pid }: LogEvent): string {
  return pid < 0 ? process : `${process}[${pid}]`
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(6).padStart(12)
}
