import { createHash } from 'node:crypto'
import { DeepLogError } from './errors.js'

/** When failures become alerts; names and defaults are the reference system's. */
export interface AlertOptions {
  /** Failures among the last `n` events of an entity that alarm; default 7. */
  readonly k?: number
  /** Default 10. */
  readonly n?: number
  /** Silence after an alert of an entity, in milliseconds of the log's own time; default 60,000. */
  readonly cooldownSequenceMs?: number
  /** The same for novelty, an entity and a template each; default 60,000. */
  readonly cooldownNoveltyMs?: number
  /** A gap longer than this forgets what an entity did before; default 300,000. */
  readonly sessionTimeoutMs?: number
  /** Whether unknown templates alarm; default true. */
  readonly novelty?: boolean
}

/** Judged events in the order of the log, as columns. */
export interface JudgedEvents {
  readonly count: number
  /** Whose behaviour it is: a host, a process, a session. */
  readonly entity: readonly string[]
  /** What names the line for good: its source and number. */
  readonly line: readonly string[]
  /** Milliseconds since 1970; NaN where the line has none. */
  readonly time: ArrayLike<number>
  /** Name of the template. */
  readonly template: readonly string[]
  /** 1 where the event was not expected. */
  readonly isFailure: ArrayLike<number>
  /** 1 where the template is unknown. */
  readonly isNovel: ArrayLike<number>
}

/** Something to look at. */
export interface Alert {
  /** 16 hex digits that follow from type, entity, line and template: the same in every run over the same log. */
  readonly id: string
  /** `SEQ_FAIL`: K of the last N events of an entity were not expected. `NOVELTY`: an unknown template. */
  readonly type: 'SEQ_FAIL' | 'NOVELTY'
  /** Index of the event that raised it. */
  readonly event: number
  readonly entity: string
  readonly sessionId: string
  /** Failures among the last `n` events, the raising one included. */
  readonly failures: number
}

/** What the rules made of the events; columns have one entry per event. */
export interface AlertRun {
  readonly alerts: readonly Alert[]
  /** Stretch of activity of the entity: 16 hex digits that follow from the entity and its first line. */
  readonly sessionId: readonly string[]
  /** 1 where `k` of the last `n` events failed, this one among them, whether or not a cooldown kept it silent. */
  readonly isTriggered: Uint8Array
  /** 1 where an alert of that type was raised. */
  readonly alertedSequence: Uint8Array
  readonly alertedNovelty: Uint8Array
  /** Distinct stretches of activity. */
  readonly sessions: number
  readonly entities: number
}

/**
 * Turns judged events into alerts. Time is the log's own: where lines have none, neither a timeout nor a cooldown ends,
 * and each entity raises one alert of a kind until it is told to forget.
 * @throws {DeepLogError} `bad-options` when K or N is no positive integer, K exceeds N, or a time is negative
 */
export function raiseAlerts(events: JudgedEvents, options: AlertOptions = {}): AlertRun {
  const settings = alertSettings(options)
  const entities = new Map<string, EntityState>()
  const run = {
    alerts: [] as Alert[],
    sessionId: [] as string[],
    isTriggered: new Uint8Array(events.count),
    alertedSequence: new Uint8Array(events.count),
    alertedNovelty: new Uint8Array(events.count),
    sessions: 0,
  }
  for (let event = 0; event < events.count; event++) {
    const [entity, time, line] = [events.entity[event], events.time[event], events.line[event]]
    let state = entities.get(entity)
    if (state === undefined || time - state.lastTime > settings.sessionTimeoutMs) {
      // A new stretch forgets the failures, not what was alerted: a cooldown outlasts it.
      state = { ...newState(state), sessionId: hashOf('session', entity, line) }
      entities.set(entity, state)
      run.sessions++
    }
    if (!Number.isNaN(time)) state.lastTime = time
    run.sessionId.push(state.sessionId)
    state.outcomes.push(events.isFailure[event])
    if (state.outcomes.length > settings.n) state.outcomes.shift()
    const failures = state.outcomes.reduce((sum, failed) => sum + failed, 0)
    const isFull = state.outcomes.length === settings.n
    const raised = { event, entity, sessionId: state.sessionId, failures }
    if (events.isFailure[event] && isFull && failures >= settings.k) {
      run.isTriggered[event] = 1
      if (isOver(state.lastAlert, time, settings.cooldownSequenceMs)) {
        state.lastAlert = { time }
        run.alertedSequence[event] = 1
        run.alerts.push({ id: alertId('SEQ_FAIL', events, event), type: 'SEQ_FAIL', ...raised })
      }
    }
    if (events.isNovel[event] && settings.novelty) {
      const template = events.template[event]
      if (isOver(state.novelties.get(template), time, settings.cooldownNoveltyMs)) {
        state.novelties.set(template, { time })
        run.alertedNovelty[event] = 1
        run.alerts.push({ id: alertId('NOVELTY', events, event), type: 'NOVELTY', ...raised })
      }
    }
  }
  return { ...run, entities: entities.size }
}

interface EntityState {
  lastTime: number
  sessionId: string
  /** 1 for each failure among the last events, oldest first. */
  readonly outcomes: number[]
  lastAlert: { readonly time: number } | undefined
  readonly novelties: Map<string, { readonly time: number }>
}

function newState(before: EntityState | undefined): EntityState {
  return {
    lastTime: NaN,
    sessionId: '',
    outcomes: [],
    lastAlert: before?.lastAlert,
    novelties: before?.novelties ?? new Map(),
  }
}

/** Whether a cooldown is over; without times it never is. */
function isOver(last: { readonly time: number } | undefined, now: number, cooldownMs: number): boolean {
  return last === undefined || now - last.time >= cooldownMs
}

/** The id of an alert of a type that an event raised: 16 hex digits that follow from entity, line and template. */
export function alertId(type: string, { entity, line, template }: JudgedEvents, event: number): string {
  return hashOf(type, entity[event], line[event], template[event])
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function alertSettings(options: AlertOptions): Required<AlertOptions> {
  const settings = {
    k: 7,
    n: 10,
    cooldownSequenceMs: 60_000,
    cooldownNoveltyMs: 60_000,
    sessionTimeoutMs: 300_000,
    novelty: true,
    ...options,
  }
  const { k, n } = settings
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 1 && k <= n)) {
    throw new DeepLogError('bad-options', `${k} failures of ${n} events; expected whole numbers, 1 ≤ k ≤ n`)
  }
  for (const name of ['cooldownSequenceMs', 'cooldownNoveltyMs', 'sessionTimeoutMs'] as const) {
    if (settings[name] >= 0) continue
    throw new DeepLogError('bad-options', `${name} is ${settings[name]}; expected 0 or more milliseconds`)
  }
  return settings
}
