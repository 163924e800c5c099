import type { Evidence, Finding, NamedTemplate } from '@sp/log-table'
import type { Incident, IncidentPlace, Reason, RootCause } from './incident.js'
import { chooseLines, type PlacedLine, placedLine, type Specimen, specimenOf } from './incident-lines.js'
import { severityOf, speaksOfFailure } from './severity.js'
import { reasonKey, SIGNATURE_ITEMS, signatureItems } from './signature.js'
import { count, evidenceTimes, graver, least, MAX_TRACKED, most, mostFrequent } from './tallies.js'
import { StandingParameters, type StandingParametersState } from './standing-parameters.js'

const MAX_PLACES = 20
const MAX_SESSION_KEYS = 2000
const MAX_REASONS = 8
const MAX_ROOT_CAUSES = 5
const MAX_ITEMS = 24

/** How much of an incident is shown, and what it is measured by. */
export interface IncidentSettings {
  /** Share of normal units that may be flagged; `null` where nothing is calibrated. */
  readonly budget: number | null
  /** Most lines of an incident, evidence and context together. */
  readonly maxLines: number
}

interface TrackedReason extends Reason {
  /** Number of the finding, and line within it, at which it was first seen. */
  readonly firstSeen: readonly [finding: number, line: number]
  /** Gravest syslog severity of its lines, −1 where none is known. */
  readonly gravest: number
  /** The first line that was seen to show it. */
  readonly example: PlacedLine | null
}

interface TrackedPlace extends IncidentPlace {
  /** First and last line of the windows so far, for what touches them; −1 without windows. */
  readonly windowStart: number
  readonly windowEnd: number
}

/** An open incident as plain data. */
export interface OpenIncidentState {
  readonly id: string
  readonly touched: number
  readonly score: number
  readonly pValue: number
  readonly findings: number
  readonly windows: number
  readonly sessions: number
  readonly records: number
  readonly morePlaces: number
  readonly startTime: number | null
  readonly endTime: number | null
  readonly lastTime: number | null
  readonly sessionKeys: readonly string[]
  readonly places: readonly (readonly [string, TrackedPlace])[]
  readonly hosts: readonly (readonly [string, number])[]
  readonly processes: readonly (readonly [string, number])[]
  readonly detectors: readonly (readonly [string, { readonly pValue: number; readonly findings: number }])[]
  readonly reasons: readonly (readonly [string, TrackedReason])[]
  readonly items: readonly (readonly [string, number])[]
  readonly specimens: readonly Specimen[]
  readonly parameters: StandingParametersState
}

/** An incident that still grows. Memory is bounded, however many findings it takes in. */
export class OpenIncident {
  #state: Omit<OpenIncidentState, 'places' | 'hosts' | 'processes' | 'detectors' | 'reasons' | 'items' | 'parameters'>
  readonly #places = new Map<string, TrackedPlace>()
  readonly #hosts = new Map<string, number>()
  readonly #processes = new Map<string, number>()
  readonly #detectors = new Map<string, { readonly pValue: number; readonly findings: number }>()
  readonly #reasons = new Map<string, TrackedReason>()
  readonly #items = new Map<string, number>()
  #parameters = new StandingParameters()
  #signature: readonly string[] = []

  constructor(readonly id: string) {
    this.#state = { ...EMPTY, id }
  }

  /** Number of the finding that was added last. */
  get touched(): number {
    return this.#state.touched
  }

  /** Whether any of its findings are sessions. */
  get hasSessions(): boolean {
    return this.#state.sessions > 0
  }

  /** Latest time of its findings. */
  get lastTime(): number | null {
    return this.#state.lastTime
  }

  /** Earliest and latest time of its evidence. */
  get span(): { readonly start: number | null; readonly end: number | null } {
    return { start: this.#state.startTime, end: this.#state.endTime }
  }

  /** What it is about: its items by weight, heaviest first, at most eight. */
  get signature(): readonly string[] {
    return this.#signature
  }

  /** The lines it covers in a source, and where its windows there end. */
  placeIn(source: string): TrackedPlace | undefined {
    return this.#places.get(source)
  }

  /**
   * Takes in a finding.
   * @param finding with the evidence worth telling alone, strongest first (`toldFinding`)
   * @param number of the finding in the run: later ones have higher numbers
   */
  add(finding: Finding, number: number): void {
    const isStrongest = finding.score > this.#state.score
    const newLines = this.#addPlace(finding)
    const specimen = specimenOf(finding)
    const [first = specimen, strongest = specimen] = this.#state.specimens
    const isSession = finding.unit === 'session'
    const { sessionKeys } = this.#state
    this.#state = {
      ...this.#state,
      touched: number,
      score: Math.max(this.#state.score, finding.score),
      pValue: Math.min(this.#state.pValue, finding.pValue),
      findings: this.#state.findings + 1,
      windows: this.#state.windows + (isSession ? 0 : 1),
      sessions: this.#state.sessions + (isSession ? 1 : 0),
      records: this.#state.records + (isSession ? finding.records : newLines),
      ...this.#timesWith(finding),
      sessionKeys:
        isSession && finding.session !== null && sessionKeys.length < MAX_SESSION_KEYS
          ? [...sessionKeys, finding.session]
          : sessionKeys,
      specimens: [first, isStrongest ? specimen : strongest, specimen],
    }
    for (const host of finding.hosts) count(this.#hosts, host)
    for (const process of finding.processes) count(this.#processes, process)
    for (const { name, pValue } of finding.detectors) this.#addDetector(name, pValue)
    for (const evidence of finding.evidence) this.#addReason(evidence, finding, number)
    for (const [rank, item] of signatureItems(finding.evidence).entries()) {
      if (this.#items.has(item) || this.#items.size < MAX_ITEMS) {
        this.#items.set(item, (this.#items.get(item) ?? 0) + 1 / (rank + 1))
      }
    }
    this.#signature = signatureOf(this.#items)
    this.#parameters.add(finding)
  }

  /** The incident as it is now. */
  toIncident({ budget, maxLines }: IncidentSettings): Incident {
    const { id, score, pValue, findings, windows, sessions, sessionKeys, records } = this.#state
    const reasons = this.#reasonsInOrder()
    const shown = reasons.slice(0, MAX_REASONS)
    const specimens = this.#state.specimens.filter(
      ({ finding }, i, all) => all.findIndex((other) => other.finding === finding) === i,
    )
    const examples = shown.flatMap(([, { example }]) => example ?? [])
    const lines = chooseLines({ examples, specimens }, { reasons: shown.map(([key]) => key), limit: maxLines })
    const fresh = [...this.#reasons.values()].filter(({ evidence }) => evidence.kind === 'new-template')
    const detectors = Array.from(this.#detectors, ([name, facts]) => ({ name, ...facts }))
    return {
      id,
      severity: severityOf({
        pValue,
        budget,
        hasNewTemplate: fresh.length > 0,
        hasNewFailure: fresh.some(isFailure),
        agreeing: detectors.filter((detector) => detector.pValue <= (budget ?? 0)).length,
        sessions,
      }),
      score,
      pValue,
      places: Array.from(this.#places.values(), ({ source, firstLine, lastLine, findings }) => {
        return { source, firstLine, lastLine, findings }
      }),
      morePlaces: this.#state.morePlaces,
      startTime: this.#state.startTime,
      endTime: this.#state.endTime,
      hosts: mostFrequent(this.#hosts),
      processes: mostFrequent(this.#processes),
      detectors: detectors.sort((a, b) => a.pValue - b.pValue || (a.name < b.name ? -1 : 1)),
      findings,
      windows,
      sessions,
      sessionKeys,
      records,
      reasons: shown.map(([, { evidence, findings, unit, records }]) => ({ evidence, findings, unit, records })),
      moreReasons: reasons.length - shown.length,
      lines,
      parameters: this.#parameters.result(),
      rootCauses: rootCausesOf(reasons.map(([, { evidence }]) => evidence)),
      signature: this.#signature,
      similar: [],
    }
  }

  /** All it holds as plain data. */
  snapshot(): OpenIncidentState {
    return {
      ...this.#state,
      places: [...this.#places],
      hosts: [...this.#hosts],
      processes: [...this.#processes],
      detectors: [...this.#detectors],
      reasons: [...this.#reasons],
      items: [...this.#items],
      parameters: this.#parameters.snapshot(),
    }
  }

  /** An incident that goes on where a snapshot was taken. */
  static restore(saved: OpenIncidentState): OpenIncident {
    const { places, hosts, processes, detectors, reasons, items, parameters, ...state } = saved
    const incident = new OpenIncident(saved.id)
    incident.#state = state
    for (const [key, value] of places) incident.#places.set(key, value)
    for (const [key, value] of hosts) incident.#hosts.set(key, value)
    for (const [key, value] of processes) incident.#processes.set(key, value)
    for (const [key, value] of detectors) incident.#detectors.set(key, value)
    for (const [key, value] of reasons) incident.#reasons.set(key, value)
    for (const [key, value] of items) incident.#items.set(key, value)
    incident.#signature = signatureOf(incident.#items)
    incident.#parameters = StandingParameters.restore(parameters)
    return incident
  }

  /** Widens the place in the source. @returns lines of the finding that no window of the incident covered before */
  #addPlace({ source, unit, lines, ...finding }: Finding): number {
    const shown = lines.filter(({ role }) => role === 'evidence').map(({ lineNo }) => lineNo)
    const [first, last] =
      shown.length > 0 ? [Math.min(...shown), Math.max(...shown)] : [finding.firstLine, finding.lastLine]
    const known = this.#places.get(source)
    const { windowStart, windowEnd } = known ?? { windowStart: -1, windowEnd: -1 }
    const isWindow = unit === 'window'
    if (known || this.#places.size < MAX_PLACES) {
      this.#places.set(source, {
        source,
        firstLine: Math.min(known?.firstLine ?? first, first),
        lastLine: Math.max(known?.lastLine ?? last, last),
        findings: (known?.findings ?? 0) + 1,
        windowStart: isWindow
          ? windowEnd < 0
            ? finding.firstLine
            : Math.min(windowStart, finding.firstLine)
          : windowStart,
        windowEnd: isWindow ? Math.max(windowEnd, finding.lastLine) : windowEnd,
      })
    } else this.#state = { ...this.#state, morePlaces: this.#state.morePlaces + 1 }
    return isWindow ? Math.max(0, finding.lastLine - Math.max(finding.firstLine - 1, windowEnd)) : finding.records
  }

  #timesWith(finding: Finding): Pick<OpenIncidentState, 'startTime' | 'endTime' | 'lastTime'> {
    const { start, end } = evidenceTimes(finding)
    return {
      startTime: least(this.#state.startTime, start),
      endTime: most(this.#state.endTime, end),
      lastTime: most(this.#state.lastTime, finding.endTime),
    }
  }

  #addDetector(name: string, pValue: number): void {
    const known = this.#detectors.get(name)
    if (!known && this.#detectors.size >= MAX_TRACKED) return
    this.#detectors.set(name, {
      pValue: Math.min(known?.pValue ?? 1, pValue),
      findings: (known?.findings ?? 0) + 1,
    })
  }

  #addReason(
    evidence: Evidence<NamedTemplate>,
    { evidence: all, lines, unit, records, source }: Finding,
    number: number,
  ): void {
    const key = reasonKey(evidence)
    const known = this.#reasons.get(key)
    if (!known && this.#reasons.size >= MAX_TRACKED) return
    const own = lines.filter((line) => line.evidence !== null && all[line.evidence] === evidence)
    const severities = own.map(({ severity }) => severity).filter((severity) => severity >= 0)
    const gravest = severities.length > 0 ? Math.min(...severities) : -1
    const isStronger = known === undefined || evidence.surprise > known.evidence.surprise
    this.#reasons.set(key, {
      ...(isStronger ? { evidence, unit, records } : known),
      findings: (known?.findings ?? 0) + 1,
      example: known?.example ?? (own[0] ? placedLine(own[0], source, key) : null),
      firstSeen: known?.firstSeen ?? [number, own[0]?.lineNo ?? Number.MAX_SAFE_INTEGER],
      gravest: graver(known?.gravest ?? -1, gravest),
    })
  }

  /** Strongest first; of several new templates the first to appear is most often the cause, and their order tells what happened. */
  #reasonsInOrder(): [string, TrackedReason][] {
    const all = [...this.#reasons]
      .filter(([, { evidence }]) => !isImplied(evidence, this.#newTemplates()))
      .sort(([a, x], [b, y]) => y.evidence.surprise - x.evidence.surprise || (a < b ? -1 : 1))
    if (all[0]?.[1].evidence.kind !== 'new-template') return all
    const fresh = all.filter(([, { evidence }]) => evidence.kind === 'new-template')
    fresh.sort(([, a], [, b]) => a.firstSeen[0] - b.firstSeen[0] || a.firstSeen[1] - b.firstSeen[1])
    return [...fresh, ...all.filter(([, { evidence }]) => evidence.kind !== 'new-template')]
  }

  #newTemplates(): ReadonlySet<string> {
    const all = [...this.#reasons.values()]
    return new Set(all.flatMap(({ evidence }) => (evidence.kind === 'new-template' ? [evidence.template.id] : [])))
  }
}

const EMPTY = {
  touched: 0,
  score: -Infinity,
  pValue: 1,
  findings: 0,
  windows: 0,
  sessions: 0,
  records: 0,
  morePlaces: 0,
  startTime: null,
  endTime: null,
  lastTime: null,
  sessionKeys: [],
  specimens: [],
} as const

function signatureOf(items: ReadonlyMap<string, number>): string[] {
  const byWeight = [...items].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return byWeight.slice(0, SIGNATURE_ITEMS).map(([item]) => item)
}

/** Before and after a line that was never seen stands what never stood there: that goes without saying. */
function isImplied(evidence: Evidence<NamedTemplate>, newTemplates: ReadonlySet<string>): boolean {
  if (evidence.kind !== 'unexpected-order' || evidence.expected.length > 0) return false
  const { template, after } = evidence
  return newTemplates.has(template.id) || (after !== null && newTemplates.has(after.id))
}

function isFailure({ evidence, gravest }: TrackedReason): boolean {
  return 'template' in evidence && evidence.template !== null && speaksOfFailure(evidence.template.text, gravest)
}

function rootCausesOf(evidence: readonly Evidence<NamedTemplate>[]): RootCause[] {
  const series = evidence.flatMap((one) => (one.kind === 'series' ? [one] : []))
  return series
    .sort((a, b) => b.deviation - a.deviation)
    .slice(0, MAX_ROOT_CAUSES)
    .map(({ series, template, direction, deviation }) => ({ series, template, direction, deviation }))
}
