import type { DeepLogModel } from './deeplog-model.js'
import { changedTemplates, type DriftTemplate, HABIT, isNewHabit, kindOf, beginOf, sharesOf } from './drift.js'

/** A kind of sessions that has come to stay. */
export interface NewHabit {
  /** Sessions of the kind so far. */
  readonly sessions: number
  /** Their share of all sessions since it began. */
  readonly share: number
  /** What these sessions hold more or less often than those of training, most changed first. */
  readonly templates: readonly DriftTemplate[]
}

/** {@link SessionHabits} as plain JSON. */
export interface SessionHabitsSnapshot {
  readonly sessions: number
  readonly flagged: number
  readonly kinds: readonly (readonly [kind: string, state: KindState])[]
}

interface KindState {
  /** Numbers of its sessions, the latest {@link MOST_PLACES}. */
  places: number[]
  /** Flagged sessions before its first one. */
  readonly flaggedBefore: number
  isHabit: boolean
}

/** Kinds that are watched: those of sessions that were flagged, seen last. */
const MOST_KINDS = 1000
const MOST_PLACES = 1000

/**
 * Tells, session by session, what is strange from what has become normal: {@link findDrift} for a stream. A kind of
 * sessions that is flagged again and again until it is a habit is told once, and its sessions are no anomalies from then on.
 */
export class SessionHabits {
  readonly #normal: ReadonlyMap<string, number>
  readonly #model: Pick<DeepLogModel, 'replay' | 'events'>
  readonly #isKnown: ReadonlySet<number>
  readonly #kinds: Map<string, KindState>
  #sessions: number
  #flagged: number

  /**
   * Nothing seen yet, or as a snapshot has it.
   * @param normal of {@link normalKinds}
   */
  constructor(
    model: Pick<DeepLogModel, 'replay' | 'events'>,
    normal: ReadonlyMap<string, number>,
    snapshot?: SessionHabitsSnapshot,
  ) {
    this.#model = model
    this.#normal = normal
    this.#isKnown = new Set(model.events)
    this.#kinds = new Map(snapshot?.kinds.map(([kind, state]) => [kind, { ...state, places: [...state.places] }]))
    this.#sessions = snapshot?.sessions ?? 0
    this.#flagged = snapshot?.flagged ?? 0
  }

  /**
   * Takes in the next session that is over.
   * @returns whether it is of a kind that is normal by now, and the habit where it is this session that makes it one
   */
  add(events: Int32Array, isFlagged: boolean): { readonly isHabit: boolean; readonly news: NewHabit | null } {
    const place = this.#sessions++
    if (!isFlagged) return ORDINARY
    const flaggedBefore = this.#flagged++
    // What nobody has seen is for somebody to look at, however often it comes.
    if (!events.every((event) => this.#isKnown.has(event))) return ORDINARY
    const kind = kindOf(events)
    const state = this.#kinds.get(kind) ?? { places: [], flaggedBefore, isHabit: false }
    this.#kinds.delete(kind)
    this.#kinds.set(kind, state)
    if (this.#kinds.size > MOST_KINDS) this.#kinds.delete(this.#kinds.keys().next().value!)
    if (state.isHabit) return { isHabit: true, news: null }
    state.places.push(place)
    if (state.places.length > MOST_PLACES) state.places.shift()
    if (!this.#isHabit(kind, state)) return ORDINARY
    const { places } = state
    const share = places.length / (this.#sessions - beginOf(places))
    Object.assign(state, { isHabit: true, places: [] })
    const templates = changedTemplates([{ events, occurrences: 1 }], this.#model.replay)
    return { isHabit: false, news: { sessions: places.length, share, templates } }
  }

  /** What was seen, for another one to go on from. */
  snapshot(): SessionHabitsSnapshot {
    return {
      sessions: this.#sessions,
      flagged: this.#flagged,
      kinds: [...this.#kinds].map(([kind, state]) => [kind, { ...state, places: [...state.places] }] as const),
    }
  }

  #isHabit(kind: string, { places, flaggedBefore }: KindState): boolean {
    const begin = beginOf(places)
    const isOrdinaryBefore = begin >= HABIT.ordinary && flaggedBefore < begin / 2
    return isOrdinaryBefore && isNewHabit(places, this.#sessions, this.#normal.get(kind) ?? 0)
  }
}

/** Share of each kind of sessions among the normal ones. */
export function normalKinds({ replay }: Pick<DeepLogModel, 'replay'>): ReadonlyMap<string, number> {
  return sharesOf(replay.map(({ events, occurrences }) => ({ names: [kindOf(events)], occurrences })))
}

const ORDINARY = { isHabit: false, news: null } as const
