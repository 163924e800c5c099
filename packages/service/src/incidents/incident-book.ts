import type { Finding } from '@sp/log-table'
import type { Incident, IncidentSeverity } from '@sp/report'
import { type FindingGrouper, type IncidentMaking, type Language, partsOf, plainSentence } from './grouping.js'

/** When an incident came and changed, by the clock of the service. */
export interface IncidentTimes {
  /** Number of its last change, from 1; pages are cut by it. */
  readonly change: number
  readonly openedMs: number
  readonly changedMs: number
}

/** An incident as it is given out. */
export interface ServedIncident extends Incident, IncidentTimes {
  readonly isOpen: boolean
  /** What it is about in one sentence. */
  readonly headline: string
  /** The same in parts: our words, and at every odd place text of the log. */
  readonly headlineParts: readonly string[]
  /** One for each of `reasons`, in parts. */
  readonly reasonParts: readonly (readonly string[])[]
}

/** Which incidents are asked for. */
export interface IncidentQuery {
  readonly limit: number
  /** Only those whose last change came before this one. */
  readonly before?: number
  readonly severity?: readonly IncidentSeverity[]
  readonly source?: string
  readonly status?: 'open' | 'closed'
  readonly language: Language
}

/** A page of incidents, the one changed last first. */
export interface IncidentPage {
  readonly incidents: readonly ServedIncident[]
  /** Give it as `before` for the next page; `null` on the last one. */
  readonly next: number | null
}

/** The incidents as plain data. */
export interface IncidentBookState {
  readonly grouper: unknown
  readonly change: number
  readonly times: readonly (readonly [string, IncidentTimes])[]
  readonly closed: readonly Incident[]
}

/** The incidents of a service: those that may grow, and the latest that are over. */
export class IncidentBook {
  readonly #making: IncidentMaking
  readonly #mostClosed: number
  #grouper: FindingGrouper
  #change = 0
  /** By id, the one changed longest ago first. */
  readonly #times = new Map<string, IncidentTimes>()
  /** The one closed longest ago first. */
  readonly #closed = new Map<string, Incident>()

  constructor(making: IncidentMaking, mostClosed: number) {
    this.#making = making
    this.#mostClosed = mostClosed
    this.#grouper = making.grouper()
  }

  /** Incidents that may grow. */
  get openCount(): number {
    return this.#times.size - this.#closed.size
  }

  /** Takes in a finding. @returns the incident it belongs to, and whether that began with it */
  add(finding: Finding, nowMs: number): { readonly id: string; readonly isNew: boolean } {
    let found = { id: finding.id, isNew: true }
    for (const change of this.#grouper.add(finding)) {
      if (change.kind === 'closed') this.#close(change.id, change.incident)
      else found = { id: change.id, isNew: change.kind === 'opened' }
    }
    const openedMs = this.#times.get(found.id)?.openedMs ?? nowMs
    this.#times.delete(found.id)
    this.#times.set(found.id, { change: ++this.#change, openedMs, changedMs: nowMs })
    return found
  }

  /** One incident; `undefined` where none has that id, or has it no longer. */
  get(id: string, language: Language): ServedIncident | undefined {
    const times = this.#times.get(id)
    const incident = this.#grouper.incident(id) ?? this.#closed.get(id)
    return times && incident && this.#served(incident, times, language)
  }

  /** A page of incidents, the one changed last first. */
  page({ limit, before = Infinity, severity, source, status, language }: IncidentQuery): IncidentPage {
    const incidents: ServedIncident[] = []
    for (const [id, times] of [...this.#times].reverse()) {
      if (times.change >= before || (status !== undefined && (status === 'closed') !== this.#closed.has(id))) continue
      const incident = this.#closed.get(id) ?? this.#grouper.incident(id)
      if (incident === undefined) continue
      if (severity !== undefined && !severity.includes(incident.severity)) continue
      if (source !== undefined && !incident.places.some((place) => place.source === source)) continue
      if (incidents.length === limit) return { incidents, next: incidents[limit - 1].change }
      incidents.push(this.#served(incident, times, language))
    }
    return { incidents, next: null }
  }

  /** All it holds, as plain data. */
  snapshot(): IncidentBookState {
    const [times, closed] = [[...this.#times], [...this.#closed.values()]]
    return { grouper: this.#grouper.snapshot(), change: this.#change, times, closed }
  }

  /** Goes on from a snapshot. @throws when the grouper does not know its state */
  restore({ grouper, change, times, closed }: IncidentBookState): void {
    this.#grouper = this.#making.grouper(grouper)
    this.#change = change
    for (const [id, time] of times) this.#times.set(id, time)
    for (const incident of closed) this.#closed.set(incident.id, incident)
  }

  #close(id: string, incident: Incident): void {
    this.#closed.set(id, incident)
    if (this.#closed.size <= this.#mostClosed) return
    const oldest = this.#closed.keys().next().value!
    this.#closed.delete(oldest)
    this.#times.delete(oldest)
  }

  #served(incident: Incident, times: IncidentTimes, language: Language): ServedIncident {
    const words = this.#making.words(language)
    const headline = words.headline(incident)
    return {
      ...incident,
      ...times,
      isOpen: !this.#closed.has(incident.id),
      headline: plainSentence(headline),
      headlineParts: partsOf(headline),
      reasonParts: incident.reasons.map((reason) => partsOf(words.reason(reason))),
    }
  }
}
