import type { Sessions } from '@sp/builders'
import type { RepeatedSession } from './distinct-sessions.js'

/** A lasting change of what sessions hold: a new normal, not a row of anomalies. */
export interface Drift {
  /** Index of the first session of a new kind. */
  readonly firstSession: number
  /** When it began: milliseconds since 1970, NaN without times. */
  readonly time: number
  /** Indices of the sessions of the new kinds that were flagged. */
  readonly sessions: readonly number[]
  /** Share of the sessions since then that are of a new kind. */
  readonly share: number
  /** What sessions of the new kinds hold more or less often than those of training, most changed first. */
  readonly templates: readonly DriftTemplate[]
}

/** How often a template occurs in sessions. */
export interface DriftTemplate {
  /** Vocabulary index. */
  readonly event: number
  /** Share of the training sessions that hold it. */
  readonly before: number
  /** Share of the sessions of the new kinds. */
  readonly after: number
}

/** Fewest sessions of a kind that make it a habit. */
const FEWEST = 30
/** Smallest share that a kind has of the sessions since it began: far above what any false-alarm budget lets through. */
const SHARE = 0.01
/** Of as many equal parts of the time since it began, each must hold its part of the kind … */
const PARTS = 4
/** … or at least this share of it. */
const PART = 0.25

/**
 * Finds kinds of sessions that were flagged, came to stay and are many: sessions of one kind hold the same events,
 * however often and in whatever order. An anomaly is rare or passes; a change of normal behaviour does neither, and is
 * told once instead of for each session.
 * @param training the sessions that are normal: `model.replay`
 * @returns `null` where nothing came to stay
 */
export function findDrift(
  sessions: Sessions,
  isAnomaly: ArrayLike<number>,
  training: readonly RepeatedSession[],
): Drift | null {
  const order = inTimeOrder(sessions)
  const kinds = new Map<string, number[]>()
  order.forEach((s, place) => {
    if (!isAnomaly[s]) return
    const events = sessions.events.subarray(sessions.offsets[s], sessions.offsets[s + 1])
    const kind = [...new Set(events)].sort((a, b) => a - b).join(' ')
    const places = kinds.get(kind)
    if (places) places.push(place)
    else kinds.set(kind, [place])
  })
  const lasting = [...kinds.values()].filter((places) => lasts(places, order.length))
  if (lasting.length === 0) return null
  const places = lasting.flat().sort((a, b) => a - b)
  const members = places.map((place) => order[place])
  const first = order[places[0]]
  return {
    firstSession: first,
    time: sessions.times[sessions.offsets[first]],
    sessions: members,
    share: places.length / (order.length - places[0]),
    templates: changedTemplates(sessions, members, training),
  }
}

function lasts(places: readonly number[], count: number): boolean {
  const span = count - places[0]
  if (places.length < FEWEST || places.length < SHARE * span) return false
  const perPart = new Array<number>(PARTS).fill(0)
  for (const place of places) perPart[Math.floor(((place - places[0]) / span) * PARTS)]++
  return perPart.every((inPart) => inPart >= (PART * places.length) / PARTS)
}

/** Sessions by the time of their first event; where there are no times, as they are. */
function inTimeOrder({ count, offsets, times }: Sessions): number[] {
  const start = (s: number) => times[offsets[s]]
  return Array.from({ length: count }, (_, s) => s).sort((a, b) => start(a) - start(b) || a - b)
}

function changedTemplates(
  { offsets, events }: Sessions,
  members: readonly number[],
  training: readonly RepeatedSession[],
): DriftTemplate[] {
  const before = shares(training)
  const after = shares(
    members.map((s) => ({ events: Array.from(events.subarray(offsets[s], offsets[s + 1])), occurrences: 1 })),
  )
  const changed = [...new Set([...before.keys(), ...after.keys()])].map((event) => ({
    event,
    before: before.get(event) ?? 0,
    after: after.get(event) ?? 0,
  }))
  const change = ({ before: b, after: a }: DriftTemplate) => Math.abs(a - b)
  return changed.filter((one) => change(one) >= 0.2).sort((a, b) => change(b) - change(a) || a.event - b.event)
}

/** Share of the sessions that hold each event. */
function shares(sessions: readonly RepeatedSession[]): Map<number, number> {
  const holders = new Map<number, number>()
  let total = 0
  for (const { events, occurrences } of sessions) {
    total += occurrences
    for (const event of new Set(events)) holders.set(event, (holders.get(event) ?? 0) + occurrences)
  }
  return new Map([...holders].map(([event, count]) => [event, count / total]))
}
