import type { Finding } from '@sp/log-table'

/** A finding as it is given out: numbered, and with the incident it belongs to. */
export interface FindingEvent {
  /** From 1, in the order of delivery. */
  readonly sequence: number
  readonly finding: Finding
  /** Id of its incident. */
  readonly incident: string
  /** Whether the incident began with it. */
  readonly opensIncident: boolean
}

/** An event with its text, which is what is sent. */
export interface LoggedEvent extends FindingEvent {
  /** The finding as JSON with `incident` and `opensIncident`, on one line. */
  readonly json: string
}

/** How many of the latest findings are kept for those who come back. */
export interface FindingLogLimits {
  readonly mostEvents: number
  readonly mostCharacters: number
}

/** The latest findings as plain data. */
export interface FindingLogState {
  readonly sequence: number
  readonly events: readonly Omit<FindingEvent, never>[]
}

/** What somebody who comes back gets first. */
export interface Replay {
  readonly events: readonly LoggedEvent[]
  /** Findings after the one last seen may be missing: it is no longer among those kept. */
  readonly hasGap: boolean
}

/** The latest findings in order, bounded, and those who listen for more. */
export class FindingLog {
  readonly #limits: FindingLogLimits
  #events: LoggedEvent[] = []
  #characters = 0
  #sequence = 0
  readonly #listeners = new Set<(event: LoggedEvent) => void>()

  constructor(limits: FindingLogLimits) {
    this.#limits = limits
  }

  /** Number of the last finding. */
  get sequence(): number {
    return this.#sequence
  }

  /** Those who listen. */
  get listeners(): number {
    return this.#listeners.size
  }

  /** Numbers a finding, keeps it and tells those who listen. */
  append(finding: Finding, incident: { readonly id: string; readonly isNew: boolean }): LoggedEvent {
    const event = { sequence: ++this.#sequence, finding, incident: incident.id, opensIncident: incident.isNew }
    const logged = this.#keep(event)
    for (const listener of this.#listeners) listener(logged)
    return logged
  }

  /** Calls back for every finding from now on. @returns what ends it */
  listen(listener: (event: LoggedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * What came after an event.
   * @param lastId what {@link eventId} gave; `undefined` for somebody who is new and gets only what comes
   */
  since(lastId: string | undefined): Replay {
    if (lastId === undefined) return { events: [], hasGap: false }
    if (lastId === '0') return { events: this.#events, hasGap: this.#sequence > this.#events.length }
    const at = this.#events.findLastIndex((event) => eventId(event) === lastId)
    if (at >= 0) return { events: this.#events.slice(at + 1), hasGap: false }
    // Another process, or one that was restored, numbers in its own way; the finding is the same.
    const finding = lastId.slice(lastId.indexOf('-') + 1)
    const same = this.#events.findLastIndex((event) => event.finding.id === finding)
    if (same >= 0) return { events: this.#events.slice(same + 1), hasGap: false }
    return { events: this.#events, hasGap: true }
  }

  /** The latest findings, the last first. */
  latest(most: number): readonly LoggedEvent[] {
    return this.#events.slice(-most).reverse()
  }

  /** All it holds, as plain data. */
  snapshot(): FindingLogState {
    return { sequence: this.#sequence, events: this.#events.map(({ json: _, ...event }) => event) }
  }

  /** Goes on from a snapshot. */
  restore({ sequence, events }: FindingLogState): void {
    this.#events = []
    this.#characters = 0
    for (const event of events) this.#keep(event)
    this.#sequence = sequence
  }

  #keep(event: FindingEvent): LoggedEvent {
    const { finding, incident, opensIncident } = event
    const logged = { ...event, json: JSON.stringify({ ...finding, incident, opensIncident }) }
    this.#events.push(logged)
    this.#characters += logged.json.length
    const { mostEvents, mostCharacters } = this.#limits
    let gone = 0
    while (
      this.#events.length - gone > mostEvents ||
      (this.#characters > mostCharacters && gone < this.#events.length - 1)
    ) {
      this.#characters -= this.#events[gone++].json.length
    }
    if (gone > 0) this.#events.splice(0, gone)
    return logged
  }
}

/** The id of an event of `GET /v1/findings`: where it stands, and what it is. */
export function eventId({ sequence, finding }: FindingEvent): string {
  return `${sequence}-${finding.id}`
}
