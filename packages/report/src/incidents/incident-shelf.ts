import { type Incident, type IncidentSeverity, SEVERITIES, type SimilarIncident } from './incident.js'
import { speaksOfFailure } from './severity.js'
import { ALIKE, signatureSimilarity } from './signature.js'

const MAX_SIMILAR = 5

/** Order of a report: gravest first, what speaks of a failure before the rest, then strangest, then what most detectors agree on, then the earliest. */
export function graverFirst(a: Incident, b: Incident): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(isFailure(b)) - Number(isFailure(a)) ||
    b.score - a.score ||
    b.detectors.length - a.detectors.length ||
    strength(b) - strength(a) ||
    b.findings - a.findings ||
    (a.startTime ?? 0) - (b.startTime ?? 0) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** A shelf as plain data. */
export interface ShelfState {
  readonly kept: readonly Incident[]
  readonly counts: Readonly<Record<IncidentSeverity, number>>
}

/** Keeps the gravest incidents of a run and counts the others. Memory is bounded by `limit`. */
export class IncidentShelf {
  #kept: Incident[] = []
  readonly #counts: Record<IncidentSeverity, number> = { high: 0, medium: 0, low: 0 }

  constructor(readonly limit: number) {}

  /** Incidents taken in so far, by severity. */
  get counts(): Readonly<Record<IncidentSeverity, number>> {
    return this.#counts
  }

  /** Takes in a closed incident. */
  add(incident: Incident): void {
    this.#counts[incident.severity]++
    this.#kept.push(incident)
    // Sorted only now and then: a sort of twice as many costs less than one an incident.
    if (this.#kept.length > 2 * this.limit) this.#sort()
  }

  /** The gravest, in the order of a report. */
  incidents(): readonly Incident[] {
    this.#sort()
    return this.#kept
  }

  /** All it holds as plain data. */
  snapshot(): ShelfState {
    return { kept: this.incidents(), counts: { ...this.#counts } }
  }

  /** A shelf that goes on where a snapshot was taken. */
  static restore({ kept, counts }: ShelfState, limit: number): IncidentShelf {
    const shelf = new IncidentShelf(limit)
    shelf.#kept = [...kept]
    Object.assign(shelf.#counts, counts)
    return shelf
  }

  #sort(): void {
    this.#kept = this.#kept.sort(graverFirst).slice(0, this.limit)
  }
}

/** An incident of an earlier report. */
export interface EarlierIncident extends Pick<Incident, 'id' | 'signature' | 'startTime'> {
  /** Title of that report. */
  readonly report: string
}

/** Each incident with the earlier ones of the same kind: of an earlier report, and of this one where they began before. */
export function withSimilar(incidents: readonly Incident[], earlier: readonly EarlierIncident[]): Incident[] {
  return incidents.map((incident) => {
    const before = incidents.filter((other) => other.id !== incident.id && beganBefore(other, incident))
    const candidates = [...earlier, ...before.map((other) => ({ ...other, report: null }))]
    const similar = candidates.map(({ id, report, startTime, signature }): SimilarIncident => {
      return { id, report, startTime, similarity: signatureSimilarity(incident.signature, signature) }
    })
    const alike = similar.filter(({ similarity }) => similarity >= ALIKE)
    alike.sort((a, b) => b.similarity - a.similarity || (b.startTime ?? 0) - (a.startTime ?? 0))
    return { ...incident, similar: alike.slice(0, MAX_SIMILAR) }
  })
}

function beganBefore(a: Incident, b: Incident): boolean {
  if (a.startTime !== null && b.startTime !== null) return a.startTime < b.startTime
  const [x, y] = [a.places[0], b.places[0]]
  return x !== undefined && y !== undefined && x.source === y.source && x.firstLine < y.firstLine
}

function isFailure({ reasons, lines }: Incident): boolean {
  return reasons.some(({ evidence }, index) => {
    if (evidence.kind !== 'new-template') return false
    const severities = lines.flatMap(({ reason, severity }) => (reason === index && severity >= 0 ? [severity] : []))
    return speaksOfFailure(evidence.template.text, severities.length > 0 ? Math.min(...severities) : -1)
  })
}

function strength({ reasons }: Incident): number {
  return reasons.reduce((most, { evidence }) => Math.max(most, evidence.surprise), 0)
}
