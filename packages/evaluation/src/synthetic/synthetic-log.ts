import { ANOMALY_KINDS, ANOMALY_SCRIPTS, type AnomalyKind } from './anomaly-scripts.js'
import { EvaluationError } from '../errors.js'
import type { Incident } from '../labels.js'
import { eventOfStep, HEARTBEAT_PROCESS, NormalDays } from './normal-days.js'
import { Random } from './random.js'
import { formatSyslogLine, type Step, type SyslogEvent } from './syslog-event.js'

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
  /** Incidents to put in; default none. */
  readonly anomalies?: AnomalyOptions
}

/** How many incidents, and of which kinds. */
export interface AnomalyOptions {
  /** Exact number of incidents. Leave it out to ask for a `rate`. */
  readonly count?: number
  /** Share of the lines that incidents shall write, 0 … 0.3: incidents are added until it is reached. Unused with `count`. */
  readonly rate?: number
  /** The kinds, used in turn so that each comes equally often (to within one); default all six. */
  readonly kinds?: readonly AnomalyKind[]
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
const ROOM_PER_INCIDENT = 150

interface PlannedIncident {
  readonly kind: AnomalyKind
  readonly steps: readonly Step[]
}

interface PlacedEvent extends SyslogEvent {
  /** Index of the incident, −1 for a normal line. */
  readonly incident: number
}

interface Silence {
  readonly incident: number
  readonly fromMs: number
  readonly toMs: number
}

/**
 * A system log of a few hosts in BSD syslog form, with real sequences (starts, sessions, schedules, day and night),
 * and incidents of known kind and place in it. Memory: one object a line.
 *
 * Incidents are spread evenly over the log with a random offset each; none lies in the first or last twentieth.
 * @throws EvaluationError `bad-option`, or `too-few-lines` when the incidents do not fit (about 150 normal lines each)
 * @example
 * const { lines, labels } = generateSyntheticLog({ seed: 1, lines: 5000, startMs: Date.UTC(2026, 2, 2), anomalies: { count: 12 } })
 */
export function generateSyntheticLog(options: SyntheticLogOptions): SyntheticLog {
  const { seed, lines, startMs, hosts = ['gateway', 'web-1', 'db-1'], anomalies = {} } = options
  checkOptions(options, hosts)
  const random = new Random(seed)
  const days = new NormalDays(random.fork('normal'), hosts)
  const incidents = planIncidents(random.fork('incidents'), lines, anomalies)
  const written = incidents.reduce((sum, incident) => sum + incident.steps.length, 0)
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
    lines: kept.map((event) => formatSyslogLine(event, event.process === 'kernel' ? uptimeMs(event) : null)),
    labels: labelIncidents(kept, incidents, silences),
    meta: { seed, hosts, firstMs: kept[0].timeMs, lastMs: kept[lines - 1].timeMs, labelledLines: written },
  }

  function uptimeMs({ host, timeMs }: SyslogEvent): number {
    return timeMs - days.lastBootMs(host, timeMs)
  }
}

function checkOptions({ seed, lines, startMs, anomalies }: SyntheticLogOptions, hosts: readonly string[]): void {
  expectOption(Number.isSafeInteger(seed), 'seed', seed, 'an integer')
  expectOption(Number.isSafeInteger(lines) && lines > 0, 'lines', lines, 'an integer from 1')
  expectOption(Number.isFinite(startMs) && Math.abs(startMs) < 8e15, 'startMs', startMs, 'milliseconds since 1970')
  const named =
    hosts.length > 0 && hosts.every((host) => /^[\w.-]+$/.test(host)) && new Set(hosts).size === hosts.length
  expectOption(named, 'hosts', hosts, 'one name or more, all different, of letters, digits, dot, dash, underscore')
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

/** Kinds in turn, variants of a kind in turn, both in a random order. */
function planIncidents(random: Random, lines: number, { count, rate = 0, kinds }: AnomalyOptions): PlannedIncident[] {
  const turn = random.shuffle(kinds ?? ANOMALY_KINDS)
  const variants = new Map(turn.map((kind) => [kind, random.shuffle(ANOMALY_SCRIPTS[kind])]))
  const incidents: PlannedIncident[] = []
  let written = 0
  while (count === undefined ? written < rate * lines : incidents.length < count) {
    const kind = turn[incidents.length % turn.length]
    const scripts = variants.get(kind)!
    const script = scripts[Math.floor(incidents.length / turn.length) % scripts.length]
    const steps = script === undefined ? [] : script(random)
    incidents.push({ kind, steps })
    written += steps.length
  }
  return random.shuffle(incidents)
}

/** The first `count` normal events from a time on, in the order of time. */
function normalEvents(days: NormalDays, startMs: number, count: number): SyslogEvent[] {
  const DAY = 86_400_000
  const events: SyslogEvent[] = []
  let dayMs = Math.floor(startMs / DAY) * DAY
  // The day before may still be speaking when the log begins.
  events.push(...days.eventsOfDay(dayMs - DAY).filter((event) => event.timeMs >= startMs))
  for (; countBefore(events, dayMs) < count; dayMs += DAY) {
    for (const event of days.eventsOfDay(dayMs)) if (event.timeMs >= startMs) events.push(event)
  }
  return sortByTime(events).slice(0, count)
}

/** Events that no later day can still precede. */
function countBefore(events: readonly SyslogEvent[], timeMs: number): number {
  return events.reduce((sum, event) => sum + (event.timeMs < timeMs ? 1 : 0), 0)
}

function placeIncidents(
  random: Random,
  plan: {
    normal: readonly SyslogEvent[]
    incidents: readonly PlannedIncident[]
    hosts: readonly string[]
    room: number
  },
): { events: PlacedEvent[]; silences: Silence[] } {
  const { normal, incidents, hosts, room } = plan
  const slot = (room * 0.9) / incidents.length
  const events: PlacedEvent[] = []
  const silences: Silence[] = []
  incidents.forEach((incident, index) => {
    const row = Math.floor(room * 0.05 + slot * (index + random.float() * 0.4))
    const startMs = normal[row].timeMs + 500
    if (incident.kind === 'missing') {
      silences.push({ incident: index, fromMs: startMs, toMs: startMs + random.integer(25, 45) * 60_000 })
    }
    const host = random.pick(hosts)
    for (const step of incident.steps) events.push({ ...eventOfStep(host, startMs, step), incident: index })
  })
  for (const event of normal) {
    const isSilenced =
      event.process === HEARTBEAT_PROCESS &&
      silences.some(({ fromMs, toMs }) => event.timeMs >= fromMs && event.timeMs < toMs)
    if (!isSilenced) events.push({ ...event, incident: -1 })
  }
  return { events: sortByTime(events), silences }
}

function labelIncidents(
  events: readonly PlacedEvent[],
  incidents: readonly PlannedIncident[],
  silences: readonly Silence[],
): Incident[] {
  const lines: number[][] = incidents.map(() => [])
  events.forEach((event, line) => {
    if (event.incident >= 0) lines[event.incident].push(line)
  })
  return incidents.map(({ kind, steps }, index) => {
    if (lines[index].length < steps.length) {
      const message = `incident ${index + 1} does not end within ${events.length} lines; ask for more lines or fewer hosts`
      throw new EvaluationError('too-few-lines', message)
    }
    const id = `i${index + 1}`
    const silence = silences.find((candidate) => candidate.incident === index)
    if (silence === undefined) {
      return { id, kind, firstLine: lines[index][0], lastLine: lines[index].at(-1)!, lines: lines[index] }
    }
    const firstLine = events.findIndex((event) => event.timeMs >= silence.fromMs)
    const lastLine = events.findLastIndex((event) => event.timeMs < silence.toMs)
    return { id, kind, firstLine, lastLine, lines: [] }
  })
}

/** Events of the same millisecond keep the order in which they were drawn. */
function sortByTime<E extends SyslogEvent>(events: E[]): E[] {
  return events.sort((a, b) => a.timeMs - b.timeMs)
}
