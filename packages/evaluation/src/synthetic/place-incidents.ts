import { EvaluationError } from '../errors.js'
import type { Incident } from '../labels.js'
import type { LogEvent } from './log-event.js'
import { eventOfStep, HEARTBEAT_PROCESS } from './normal-days.js'
import { linesOf, type PlannedIncident } from './plan-incidents.js'
import type { Random } from './random.js'

/** An event and the incident that it belongs to. */
export interface PlacedEvent extends LogEvent {
  /** Index of the incident, −1 for a normal line. */
  readonly incident: number
}

/** When nothing is heard of the heartbeat. */
export interface Silence {
  readonly incident: number
  readonly fromMs: number
  readonly toMs: number
}

/** Where incidents are put. */
export interface PlacePlan {
  readonly normal: readonly LogEvent[]
  readonly incidents: readonly PlannedIncident[]
  readonly hosts: readonly string[]
  /** Normal lines of the log. */
  readonly room: number
}

/** Spreads incidents evenly over the normal events, each with a random offset; all events in the order of time. */
export function placeIncidents(
  random: Random,
  { normal, incidents, hosts, room }: PlacePlan,
): { events: PlacedEvent[]; silences: Silence[] } {
  const slot = (room * 0.9) / incidents.length
  const events: PlacedEvent[] = []
  const silences: Silence[] = []
  incidents.forEach((incident, index) => {
    const row = Math.floor(room * 0.05 + slot * (index + random.float() * 0.4))
    const startMs = normal[row].timeMs + 500
    if (incident.kind === 'missing') {
      silences.push({ incident: index, fromMs: startMs, toMs: startMs + random.integer(25, 45) * 60_000 })
    }
    const chosen = incident.hosts > 1 ? hosts : [random.pick(hosts)]
    for (const host of chosen) {
      const delayMs = chosen.length > 1 ? random.integer(0, 2000) : 0
      for (const step of incident.steps) events.push({ ...eventOfStep(host, startMs + delayMs, step), incident: index })
    }
  })
  for (const event of normal) {
    const isSilenced =
      event.process === HEARTBEAT_PROCESS &&
      silences.some(({ fromMs, toMs }) => event.timeMs >= fromMs && event.timeMs < toMs)
    if (!isSilenced) events.push({ ...event, incident: -1 })
  }
  return { events: sortByTime(events), silences }
}

/**
 * Which lines each incident wrote.
 * @throws {EvaluationError} `too-few-lines` when an incident does not end within the events
 */
export function labelIncidents(
  events: readonly PlacedEvent[],
  incidents: readonly PlannedIncident[],
  silences: readonly Silence[],
): Incident[] {
  const lines: number[][] = incidents.map(() => [])
  events.forEach((event, line) => {
    if (event.incident >= 0) lines[event.incident].push(line)
  })
  return incidents.map((incident, index) => {
    if (lines[index].length < linesOf(incident)) {
      const message = `incident ${index + 1} does not end within ${events.length} lines; ask for more lines or fewer hosts`
      throw new EvaluationError('too-few-lines', message)
    }
    const { kind } = incident
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
export function sortByTime<E extends LogEvent>(events: E[]): E[] {
  return events.sort((a, b) => a.timeMs - b.timeMs)
}
