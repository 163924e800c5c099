import type { Sessions } from '@sp/builders'
import type { DeepLogModel } from './deeplog-model.js'
import type { RepeatedSession } from './distinct-sessions.js'

/** A lasting change of what sessions hold: a new normal, not a row of anomalies. */
export interface Drift {
  /** Index of the session that it began with. */
  readonly firstSession: number
  /** When it began: milliseconds since 1970, NaN without times. */
  readonly time: number
  /** Indices of the sessions of the new kinds. */
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

/** What makes a kind of sessions a habit. */
export const HABIT = {
  /** Fewest sessions of the kind. */
  fewest: 100,
  /**
   * Smallest share that it has of the sessions since it began. Errors of one kind may go on for days, at a percent or so
   * (HDFS: 1.1 %); a twentieth of all work is no accident.
   */
  share: 0.05,
  /** In training it had at most this part of the share that it has now. */
  before: 0.1,
  /** Each half of the time since it began must hold at least this share of it, or it passed. */
  half: 0.125,
  /** Share of its sessions that come before it is said to have begun: a herald is not yet the change. */
  heralds: 0.01,
  /** Fewest sessions before it, most of them not flagged: without something ordinary before it nothing changed. */
  ordinary: 100,
} as const

/**
 * Finds kinds of sessions that training hardly held, came to stay after an ordinary stretch and are many; sessions of one
 * kind hold the same events, however often and in whatever order. An anomaly is rare or passes; a change of normal
 * behaviour does neither, and is told once instead of for each session. Sessions with an event that training did not hold
 * are never drift, however many they are: what nobody has seen is for somebody to look at.
 * @param model `replay` are the sessions that are normal, `events` what they hold
 * @param isFlagged of each session, 1 where it was flagged: `scores.fused.isAnomaly`
 * @returns `null` where nothing came to stay
 */
export function findDrift(
  sessions: Sessions,
  { replay: training, events: known }: Pick<DeepLogModel, 'replay' | 'events'>,
  { isFlagged }: { readonly isFlagged: ArrayLike<number> },
): Drift | null {
  const order = inTimeOrder(sessions)
  const before = sharesOf(training.map(({ events, occurrences }) => ({ names: [kindOf(events)], occurrences })))
  const isKnown = new Set(known)
  const kinds = new Map<string, number[]>()
  order.forEach((s, place) => {
    const events = sessions.events.subarray(sessions.offsets[s], sessions.offsets[s + 1])
    if (!events.every((event) => isKnown.has(event))) return
    const kind = kindOf(events)
    const places = kinds.get(kind)
    if (places) places.push(place)
    else kinds.set(kind, [place])
  })
  const lasting = [...kinds].filter(
    ([kind, places]) =>
      isNewHabit(places, order.length, before.get(kind) ?? 0) && isOrdinary(order.slice(0, beginOf(places)), isFlagged),
  )
  if (lasting.length === 0) return null
  const places = lasting.flatMap(([, own]) => own).sort((a, b) => a - b)
  const begin = beginOf(places)
  const members = places.map((place) => order[place])
  const first = order[begin]
  return {
    firstSession: first,
    time: sessions.times[sessions.offsets[first]],
    sessions: members,
    share: places.filter((place) => place >= begin).length / (order.length - begin),
    templates: changedTemplates(
      members.map((s) => ({
        events: sessions.events.subarray(sessions.offsets[s], sessions.offsets[s + 1]),
        occurrences: 1,
      })),
      training,
    ),
  }
}

/** The kind of a session: which events it holds. */
export function kindOf(events: ArrayLike<number>): string {
  return [...new Set(Array.from(events))].sort((a, b) => a - b).join(' ')
}

/** Where a kind begins, by the places of its sessions in order. */
export function beginOf(places: readonly number[]): number {
  return places[Math.floor(HABIT.heralds * (places.length - 1))]
}

/**
 * Whether a kind has become a habit.
 * @param places of its sessions among `count`, ascending
 * @param before its share of the sessions of training
 */
export function isNewHabit(places: readonly number[], count: number, before: number): boolean {
  const begin = beginOf(places)
  const share = places.length / (count - begin)
  if (places.length < HABIT.fewest || share < HABIT.share || before > HABIT.before * share) return false
  const late = places.filter((place) => place >= (begin + count) / 2).length
  return late >= HABIT.half * places.length && places.length - late >= HABIT.half * places.length
}

function isOrdinary(sessions: readonly number[], isFlagged: ArrayLike<number>): boolean {
  return sessions.length >= HABIT.ordinary && sessions.filter((s) => isFlagged[s]).length < sessions.length / 2
}

/** Sessions by the time of their first event; where there are no times, as they are. */
function inTimeOrder({ count, offsets, times }: Sessions): number[] {
  function start(s: number): number {
    return times[offsets[s]]
  }
  return Array.from({ length: count }, (_, s) => s).sort((a, b) => start(a) - start(b) || a - b)
}

/** What sessions hold more or less often than those of training, most changed first. */
export function changedTemplates(
  sessions: readonly { readonly events: ArrayLike<number>; readonly occurrences: number }[],
  training: readonly RepeatedSession[],
): DriftTemplate[] {
  const [before, after] = [training, sessions].map((list) =>
    sharesOf(list.map(({ events, occurrences }) => ({ names: new Set(Array.from(events)), occurrences }))),
  )
  const changed = [...new Set([...before.keys(), ...after.keys()])].map((event) => ({
    event,
    before: before.get(event) ?? 0,
    after: after.get(event) ?? 0,
  }))
  function change(one: DriftTemplate): number {
    return Math.abs(one.after - one.before)
  }
  return changed.filter((one) => change(one) >= CHANGED).sort((a, b) => change(b) - change(a) || a.event - b.event)
}

/** Smallest difference of shares that is told. */
const CHANGED = 0.2

/** Share of the sessions that have each name. */
export function sharesOf<T>(sessions: readonly { names: Iterable<T>; occurrences: number }[]): Map<T, number> {
  const holders = new Map<T, number>()
  let total = 0
  for (const { names, occurrences } of sessions) {
    total += occurrences
    for (const name of names) holders.set(name, (holders.get(name) ?? 0) + occurrences)
  }
  return new Map([...holders].map(([name, count]) => [name, count / total]))
}
