/** One line of a synthetic log before it is written down. */
export interface SyslogEvent {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number
  readonly host: string
  readonly process: string
  /** −1 where the line names none. */
  readonly pid: number
  readonly message: string
}

/** A line of a script: what is written some time after the script's start. */
export interface Step {
  /** Milliseconds after the script's start. */
  readonly atMs: number
  readonly process: string
  readonly pid: number
  readonly message: string
}

/** A script under construction: lines are added one after the other, with the waiting time before each. */
export class Script {
  readonly steps: Step[] = []
  #atMs = 0

  /** Adds a line; `waitMs` is the time since the line before. */
  say(waitMs: number, process: string, pid: number, message: string): this {
    this.#atMs += waitMs
    this.steps.push({ atMs: this.#atMs, process, pid, message })
    return this
  }

  /** Adds a line of the kernel, which has no process id. */
  kernel(waitMs: number, message: string): this {
    return this.say(waitMs, 'kernel', -1, message)
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * The line in BSD syslog form (RFC 3164, §4.1, as written to a file: without the priority).
 * @param uptimeMs time since the host's last start, which the kernel prints in its lines; `null` for others
 */
export function formatSyslogLine(event: SyslogEvent, uptimeMs: number | null): string {
  const time = new Date(event.timeMs)
  const day = String(time.getUTCDate()).padStart(2)
  const clock = time.toISOString().slice(11, 19)
  const tag = event.pid < 0 ? event.process : `${event.process}[${event.pid}]`
  const uptime = uptimeMs === null ? '' : `[${(uptimeMs / 1000).toFixed(6).padStart(12)}] `
  return `${MONTHS[time.getUTCMonth()]} ${day} ${clock} ${event.host} ${tag}: ${uptime}${event.message}`
}
