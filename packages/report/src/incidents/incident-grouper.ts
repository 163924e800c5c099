import type { Finding } from '@sp/log-table'
import { ReportError } from '../errors.js'
import type { Incident } from './incident.js'
import { type IncidentSettings, OpenIncident, type OpenIncidentState } from './open-incident.js'
import { evidenceTimes } from './tallies.js'
import { ALIKE, signatureItems, signatureSimilarity, toldFinding } from './signature.js'

/** How findings are put together. */
export interface GrouperOptions extends Partial<IncidentSettings> {
  /**
   * Log time without a finding after which an incident is over, in milliseconds; default six hours: what comes back
   * after that is worth a word of its own, and names the earlier one.
   */
  readonly quietMs?: number
  /** Incidents that may grow at a time, default 256; beyond it the one that rested longest is closed. */
  readonly maxOpen?: number
}

/** What a finding did to the incidents. */
export type IncidentChange =
  | { readonly kind: 'opened' | 'extended'; readonly id: string }
  | { readonly kind: 'closed'; readonly id: string; readonly incident: Incident }

/** A grouper as plain data. */
export interface GrouperState {
  readonly format: 'sp-incidents'
  readonly version: 1
  readonly count: number
  readonly open: readonly OpenIncidentState[]
  readonly lines: readonly (readonly [string, string])[]
}

/** Log time within which windows of the same kind are one incident though others lie between, in milliseconds. */
const NEAR_MS = 5 * 60_000
/** The same in windows, where there are no times. */
const NEAR_WINDOWS = 4
/** Lines of evidence that are remembered for what speaks of them again. */
const KNOWN_LINES = 16_384

/**
 * Puts findings together into incidents, one finding at a time. A finding joins an open incident
 * - that is of the same kind (their signatures are alike): a session wherever it lies, a window that lies near in time,
 *   in this source or another, a window and sessions where their lines meet;
 * - else that it shares a line of evidence with;
 * - else, a window, that it touches;
 * and opens one otherwise. Incidents are never joined with each other, so an id that was given out stays true.
 * What comes out depends on the findings and their order alone. Memory is bounded by the options.
 */
export class IncidentGrouper {
  readonly #settings: IncidentSettings
  readonly #quietMs: number
  readonly #maxOpen: number
  /** By id, the one that rested longest first. */
  readonly #open = new Map<string, OpenIncident>()
  /** Item of a signature → ids of the open incidents that have it. */
  readonly #byItem = new Map<string, Set<string>>()
  /** Line of evidence → id, the oldest first. */
  readonly #lines = new Map<string, string>()
  #count = 0

  /** An empty grouper. Defaults: no budget (nothing is of high severity by its p-value), 14 lines an incident. */
  constructor({ budget = null, maxLines = 14, quietMs = 6 * 3_600_000, maxOpen = 256 }: GrouperOptions = {}) {
    this.#settings = { budget, maxLines }
    this.#quietMs = quietMs
    this.#maxOpen = maxOpen
  }

  /** Takes in a finding and says what it changed: incidents that were closed by it, then the one it opened or extended. */
  add(given: Finding): IncidentChange[] {
    const finding = toldFinding(given)
    const number = ++this.#count
    const closed = this.#closeQuiet(finding)
    const found = this.#homeOf(finding)
    const incident = found ?? new OpenIncident(this.#freshId(finding.id))
    // Deleted and set anew: the map keeps the order of the last touch.
    this.#open.delete(incident.id)
    this.#open.set(incident.id, incident)
    this.#index(incident, 'delete')
    incident.add(finding, number)
    this.#index(incident, 'add')
    this.#rememberLines(finding, incident.id)
    if (this.#open.size > this.#maxOpen) closed.push(this.#closeOne(this.#open.values().next().value!))
    return [...closed, { kind: found ? 'extended' : 'opened', id: incident.id }]
  }

  /** An open incident as it is now; `undefined` where none has that id. */
  incident(id: string): Incident | undefined {
    return this.#open.get(id)?.toIncident(this.#settings)
  }

  /** The ids of the open incidents, the one that rested longest first. */
  openIds(): string[] {
    return [...this.#open.keys()]
  }

  /** Ends all open incidents: the log is over. */
  close(): IncidentChange[] {
    return [...this.#open.values()].map((incident) => this.#closeOne(incident))
  }

  /** All it holds, as plain data for {@link IncidentGrouper.restore}. */
  snapshot(): GrouperState {
    const open = Array.from(this.#open.values(), (incident) => incident.snapshot())
    return { format: 'sp-incidents', version: 1, count: this.#count, open, lines: [...this.#lines] }
  }

  /**
   * A grouper that goes on exactly as the one that was saved would have.
   * @throws {ReportError} `bad-state` when it is of another format or version
   */
  static restore(state: GrouperState, options: GrouperOptions = {}): IncidentGrouper {
    if (state.format !== 'sp-incidents' || state.version !== 1) {
      const seen = `${state.format} version ${state.version}`
      throw new ReportError('bad-state', `this is a state of ${seen}, expected sp-incidents version 1; start afresh`)
    }
    const grouper = new IncidentGrouper(options)
    grouper.#count = state.count
    for (const saved of state.open) {
      const incident = OpenIncident.restore(saved)
      grouper.#open.set(saved.id, incident)
      grouper.#index(incident, 'add')
    }
    for (const [line, id] of state.lines) grouper.#lines.set(line, id)
    return grouper
  }

  #homeOf(finding: Finding): OpenIncident | undefined {
    return this.#alike(finding) ?? this.#sharingLines(finding) ?? this.#touching(finding)
  }

  /** Of the open incidents of the same kind that it may join, the one most like it; of equals the one touched last. */
  #alike(finding: Finding): OpenIncident | undefined {
    const items = signatureItems(finding.evidence)
    let [best, bestSimilarity] = [undefined as OpenIncident | undefined, 0]
    for (const id of new Set(items.flatMap((item) => [...(this.#byItem.get(item) ?? [])]))) {
      const incident = this.#open.get(id)!
      const { signature } = incident
      const similarity = items[0] === signature[0] ? 1 : signatureSimilarity(items, signature)
      const isBetter =
        best === undefined ||
        similarity > bestSimilarity ||
        (similarity === bestSimilarity && incident.touched > best.touched)
      if (similarity < ALIKE || !isBetter || !isNear(finding, incident)) continue
      best = incident
      bestSimilarity = similarity
    }
    return best
  }

  #sharingLines(finding: Finding): OpenIncident | undefined {
    const shared = new Map<string, number>()
    for (const key of evidenceLines(finding)) {
      const id = this.#lines.get(key)
      if (id !== undefined && this.#open.has(id)) shared.set(id, (shared.get(id) ?? 0) + 1)
    }
    const [best] = [...shared].sort((a, b) => b[1] - a[1])
    return best && this.#open.get(best[0])
  }

  #touching({ unit, source, firstLine, lastLine }: Finding): OpenIncident | undefined {
    if (unit !== 'window') return undefined
    const touched = [...this.#open.values()].filter((incident) => {
      const { windowStart, windowEnd } = incident.placeIn(source) ?? { windowStart: -1, windowEnd: -1 }
      return windowEnd >= 0 && firstLine <= windowEnd + 1 && lastLine >= windowStart - 1
    })
    return touched.reduce(
      (latest, incident) =>
        latest && latest.placeIn(source)!.windowEnd > incident.placeIn(source)!.windowEnd ? latest : incident,
      undefined as OpenIncident | undefined,
    )
  }

  /** Incidents in the sources of a finding, or without a time, that have rested too long to be the same thing. */
  #closeQuiet({ source, startTime }: Finding): IncidentChange[] {
    if (startTime === null) return []
    const quiet = [...this.#open.values()].filter(
      (incident) =>
        incident.placeIn(source) !== undefined &&
        incident.lastTime !== null &&
        startTime - incident.lastTime > this.#quietMs,
    )
    return quiet.map((incident) => this.#closeOne(incident))
  }

  /** Enters an incident under the items of its signature, or takes it out. */
  #index({ id, signature }: OpenIncident, how: 'add' | 'delete'): void {
    for (const item of signature) {
      const ids = this.#byItem.get(item) ?? new Set()
      ids[how](id)
      if (ids.size > 0) this.#byItem.set(item, ids)
      else this.#byItem.delete(item)
    }
  }

  #closeOne(incident: OpenIncident): IncidentChange {
    this.#open.delete(incident.id)
    this.#index(incident, 'delete')
    return { kind: 'closed', id: incident.id, incident: incident.toIncident(this.#settings) }
  }

  #rememberLines(finding: Finding, id: string): void {
    for (const key of evidenceLines(finding)) {
      this.#lines.delete(key)
      this.#lines.set(key, id)
    }
    for (const key of this.#lines.keys()) {
      if (this.#lines.size <= KNOWN_LINES) break
      this.#lines.delete(key)
    }
  }

  /** A finding that is given twice, as a stream may after a fault, must not name two incidents alike. */
  #freshId(id: string): string {
    return this.#open.has(id) ? `${id}-${this.#count}` : id
  }
}

/** Whether a finding may join an incident of the same kind by where and when it lies. */
function isNear(finding: Finding, incident: OpenIncident): boolean {
  const isSession = finding.unit === 'session'
  if (isSession && incident.hasSessions) return true
  const place = incident.placeIn(finding.source)
  if (place && (isSession || incident.hasSessions)) {
    return finding.firstLine <= place.lastLine && place.firstLine <= finding.lastLine
  }
  const [own, other] = [evidenceTimes(finding), incident.span]
  if (own.start !== null && own.end !== null && other.start !== null && other.end !== null) {
    return own.start - other.end <= NEAR_MS && other.start - own.end <= NEAR_MS
  }
  return place !== undefined && finding.firstLine - place.windowEnd <= NEAR_WINDOWS * finding.records
}

function evidenceLines({ source, lines }: Finding): string[] {
  return lines.flatMap(({ role, lineNo }) => (role === 'evidence' ? [`${lineNo} ${source}`] : []))
}
