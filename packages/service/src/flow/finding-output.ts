import type { Finding } from '@sp/log-table'
import type { IncidentBook } from '../incidents/incident-book.js'
import type { SinkQueue } from '../sinks/sink-queue.js'
import type { Surroundings } from '../surroundings.js'
import type { FindingLog, LoggedEvent } from './finding-log.js'
import { SeenFindings } from './seen-findings.js'
import type { ServiceCounters } from './service-counters.js'
import type { TemplateBook } from './template-book.js'

/** Ids of findings that are remembered. */
const MOST_SEEN = 200_000

/** Takes findings to where all services of a fleet see them; they come back by {@link FindingOutput.take}. */
export interface FindingExchange {
  publish(findings: readonly Finding[]): Promise<void>
}

/** What findings go through. */
export interface OutputParts {
  readonly log: FindingLog
  readonly incidents: IncidentBook
  readonly templates: TemplateBook
  readonly sinks: readonly SinkQueue[]
  readonly counters: ServiceCounters
  readonly surroundings: Surroundings
  /** Keeps a finding under its number, so that it is not lost with the process; `null` where nothing is kept. */
  readonly journal: ((sequence: number, finding: Finding) => Promise<void>) | null
}

/** Gives findings out, each once: to the log of findings, the incidents, the templates and the sinks. */
export class FindingOutput {
  readonly #parts: OutputParts
  readonly #seen = new SeenFindings(MOST_SEEN)
  #exchange: FindingExchange | null = null

  constructor(parts: OutputParts) {
    this.#parts = parts
  }

  /** From now on findings go to a fleet first, and are told when they come back. */
  joinFleet(exchange: FindingExchange): void {
    this.#exchange = exchange
  }

  /** Gives findings of this service out; resolves when every sink has taken them into its queue. */
  async deliver(findings: readonly Finding[]): Promise<void> {
    const { counters, sinks } = this.#parts
    const fresh = findings.filter(({ source, id }) => this.#seen.add(source, id))
    counters.duplicateFindings += findings.length - fresh.length
    if (fresh.length === 0) return
    for (const finding of fresh) {
      counters.findings++
      counters.scores.add(finding.score)
      if (finding.evidence.some(({ kind }) => kind === 'new-habit')) counters.habitFindings++
    }
    if (this.#exchange !== null) {
      await this.#exchange.publish(fresh)
      for (const finding of fresh) for (const sink of sinks) await sink.offer(alone(finding))
      return
    }
    for (const finding of fresh) {
      const event = this.#tell(finding)
      await this.#parts.journal?.(event.sequence, finding)
      for (const sink of sinks) await sink.offer(event)
    }
  }

  /** Takes in a finding of the fleet, of this service or another; the exchange gives each once. */
  take(finding: Finding): void {
    this.#tell(finding)
  }

  /** Remembers a finding that was given out before the start. */
  remember(finding: Finding): void {
    this.#seen.add(finding.source, finding.id)
    this.#parts.templates.add(finding, this.#parts.surroundings.nowMs())
  }

  /** Tells a finding again that was kept since the last save. */
  recall(finding: Finding): void {
    this.#seen.add(finding.source, finding.id)
    this.#tell(finding)
  }

  /** A source begins anew: its ids will mean other findings. */
  forget(source: string): void {
    this.#seen.forget(source)
  }

  /** Whether no sink holds anything. */
  get isSettled(): boolean {
    return this.#parts.sinks.every(({ status }) => status.waiting === 0)
  }

  /** Resolves when all sinks have delivered or given up what they hold. */
  async settled(): Promise<void> {
    await Promise.all(this.#parts.sinks.map((sink) => sink.settled()))
  }

  #tell(finding: Finding): LoggedEvent {
    const { log, incidents, templates, counters, surroundings } = this.#parts
    const nowMs = surroundings.nowMs()
    const incident = incidents.add(finding, nowMs)
    if (incident.isNew) counters.incidents++
    templates.add(finding, nowMs)
    return log.append(finding, incident)
  }
}

/** A finding for the sinks of a member of a fleet, which does not know the incidents of all: its own is the finding. */
function alone(finding: Finding): LoggedEvent {
  const json = JSON.stringify({ ...finding, incident: finding.id, opensIncident: true })
  return { sequence: 0, finding, incident: finding.id, opensIncident: true, json }
}
