import { EvaluationError } from '../errors.js'
import type { Incident } from '../labels.js'
import { ANOMALY_KINDS } from './anomaly-scripts.js'
import { formatLine, LINE_FORMATS, type LineFormat } from './line-formats.js'
import type { LogEvent } from './log-event.js'
import { NormalDays } from './normal-days.js'
import { labelIncidents, placeIncidents, sortByTime } from './place-incidents.js'
import { linesOf, planIncidents, type AnomalyOptions } from './plan-incidents.js'
import { Random } from './random.js'

/** What a synthetic log shall be. */
export interface SyntheticLogOptions {
  /** Any integer; the same options and seed give the same log. */
  readonly seed: number
  /** Lines in all, those of incidents included; from 1. */
  readonly lines: number
  /** Time from which the log runs, milliseconds since 1970-01-01 UTC; the lines themselves name no year. */
  readonly startMs: number
  /** Names of the hosts whose lines are interleaved; the first also writes the heartbeat. Default `gateway`, `web-1`, `db-1`. */
  readonly hosts?: readonly string[]
  /** How lines are written; default `syslog`. */
  readonly format?: LineFormat
  /**
   * Time from which the world has changed for good: twice as many web visits, and a new program that speaks every
   * quarter of an hour. No incident, but nothing that the time before shows either. Default never.
   */
  readonly driftMs?: number
  /** Incidents to put in; default none. */
  readonly anomalies?: AnomalyOptions
}

/** A log with the truth about it. */
export interface SyntheticLog {
  /** Without line ends. */
  readonly lines: readonly string[]
  /** In the order of time. */
  readonly labels: readonly Incident[]
  readonly meta: {
    readonly seed: number
    readonly hosts: readonly string[]
    /** Times of the first and the last line, milliseconds since 1970-01-01 UTC. */
    readonly firstMs: number
    readonly lastMs: number
    /** Lines that incidents wrote. */
    readonly labelledLines: number
  }
}

/** Normal lines that each incident needs around it, so that those that write lines never touch. */
const ROOM_PER_INCIDENT = 40

/**
 * A system log of a few hosts with real sequences (starts, sessions, schedules, day and night),
 * and incidents of known kind and place in it. Memory: one object a line.
 *
 * Incidents are spread evenly over the log with a random offset each; none lies in the first or last twentieth.
 * @throws EvaluationError `bad-option`, or `too-few-lines` when the incidents do not fit (about 40 normal lines each)
 * @example
 * const { lines, labels } = generateSyntheticLog({ seed: 1, lines: 5000, startMs: Date.UTC(2026, 2, 2), anomalies: { count: 12 } })
 */
export function generateSyntheticLog(options: SyntheticLogOptions): SyntheticLog {
  const { seed, lines, startMs, hosts = ['gateway', 'web-1', 'db-1'], anomalies = {} } = options
  const { format = 'syslog', driftMs } = options
  checkOptions(options, hosts)
  const random = new Random(seed)
  const days = new NormalDays(random.fork('normal'), hosts, driftMs)
  const incidents = planIncidents(random.fork('incidents'), { lines, hosts: hosts.length }, anomalies)
  const written = incidents.reduce((sum, incident) => sum + linesOf(incident), 0)
  const room = lines - written
  if (incidents.length > 0 && room / incidents.length < ROOM_PER_INCIDENT) {
    const needed = written + incidents.length * ROOM_PER_INCIDENT
    const seen = `${incidents.length} incidents in ${lines} lines`
    throw new EvaluationError('too-few-lines', `${seen}, expected at least ${needed} lines; ask for fewer incidents`)
  }
  // A silence takes up to 46 heartbeats away; they are made up for at the end of the log.
  const normal = normalEvents(days, startMs, lines + 50 * incidents.length)
  const { events, silences } = placeIncidents(random.fork('places'), { normal, incidents, hosts, room })
  const kept = events.slice(0, lines)
  return {
    lines: kept.map(lineOf),
    labels: labelIncidents(kept, incidents, silences),
    meta: { seed, hosts, firstMs: kept[0].timeMs, lastMs: kept[lines - 1].timeMs, labelledLines: written },
  }

  function lineOf(event: LogEvent): string {
    const uptimeMs = event.process === 'kernel' ? event.timeMs - days.lastBootMs(event.host, event.timeMs) : null
    return formatLine(event, format, { uptimeMs, sinceStartMs: event.timeMs - startMs })
  }
}

function checkOptions(
  { seed, lines, startMs, format, anomalies }: SyntheticLogOptions,
  hosts: readonly string[],
): void {
  expectOption(Number.isSafeInteger(seed), 'seed', seed, 'an integer')
  expectOption(Number.isSafeInteger(lines) && lines > 0, 'lines', lines, 'an integer from 1')
  expectOption(Number.isFinite(startMs) && Math.abs(startMs) < 8e15, 'startMs', startMs, 'milliseconds since 1970')
  const named =
    hosts.length > 0 && hosts.every((host) => /^[\w.-]+$/.test(host)) && new Set(hosts).size === hosts.length
  expectOption(named, 'hosts', hosts, 'one name or more, all different, of letters, digits, dot, dash, underscore')
  expectOption(
    format === undefined || LINE_FORMATS.includes(format),
    'format',
    format,
    `one of ${LINE_FORMATS.join(', ')}`,
  )
  const { count, rate, kinds } = anomalies ?? {}
  expectOption(
    count === undefined || (Number.isSafeInteger(count) && count >= 0),
    'anomalies.count',
    count,
    'an integer from 0',
  )
  expectOption(rate === undefined || (rate >= 0 && rate <= 0.3), 'anomalies.rate', rate, 'a share 0 … 0.3')
  const known = kinds === undefined || (kinds.length > 0 && kinds.every((kind) => ANOMALY_KINDS.includes(kind)))
  expectOption(known, 'anomalies.kinds', kinds, `one or more of ${ANOMALY_KINDS.join(', ')}`)
  const endless = count === undefined && (rate ?? 0) > 0 && kinds?.every((kind) => kind === 'missing')
  expectOption(!endless, 'anomalies.kinds', kinds, 'a kind that writes lines, when a rate is asked for')
}

function expectOption(holds: boolean | undefined, name: string, seen: unknown, expected: string): void {
  if (!holds) throw new EvaluationError('bad-option', `${name} is ${JSON.stringify(seen)}, expected ${expected}`)
}

/** The first `count` normal events from a time on, in the order of time. */
function normalEvents(days: NormalDays, startMs: number, count: number): LogEvent[] {
  const DAY = 86_400_000
  const events: LogEvent[] = []
  let dayMs = Math.floor(startMs / DAY) * DAY
  // The day before may still be speaking when the log begins.
  events.push(...days.eventsOfDay(dayMs - DAY).filter((event) => event.timeMs >= startMs))
  for (; countBefore(events, dayMs) < count; dayMs += DAY) {
    for (const event of days.eventsOfDay(dayMs)) if (event.timeMs >= startMs) events.push(event)
  }
  return sortByTime(events).slice(0, count)
}

/** Events that no later day can still precede. */
function countBefore(events: readonly LogEvent[], timeMs: number): number {
  return events.reduce((sum, event) => sum + (event.timeMs < timeMs ? 1 : 0), 0)
}
