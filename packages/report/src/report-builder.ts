import type { Finding, ParsedLog, TemplateTable } from '@sp/log-table'
import { ReportError } from './errors.js'
import { type GrouperState, type IncidentChange, IncidentGrouper } from './incidents/incident-grouper.js'
import { type EarlierIncident, IncidentShelf, type ShelfState, withSimilar } from './incidents/incident-shelf.js'
import type { Incident } from './incidents/incident.js'
import { type DistributionsState, ScoreDistributions } from './pictures/score-distributions.js'
import { type JudgedUnit, ScoreTimeline, type TimelineState } from './pictures/score-timeline.js'
import { type ActivityState, TemplateActivity } from './pictures/template-activity.js'
import type { Report, RunFacts } from './report.js'

/** How much a report shows. */
export interface ReportOptions {
  /** Incidents shown, the gravest; default 100, more than anybody reads at once. From 0. */
  readonly maxIncidents?: number
  /** Lines of an incident, evidence and context together; default 14: a screen holds two incidents. From 1. */
  readonly maxLines?: number
}

/** What is known before the first unit is judged. */
export interface ReportBuilderOptions extends ReportOptions {
  /** Share of normal units that may be flagged; `null` where nothing is calibrated. */
  readonly budget: number | null
  /** Threshold of each detector's score, where it has one. */
  readonly thresholds?: Readonly<Record<string, number | null>>
}

/** A builder as plain data. */
export interface ReportBuilderState {
  readonly format: 'sp-report-state'
  readonly version: 1
  readonly records: number
  readonly findings: number
  readonly sessions: number
  readonly grouper: GrouperState
  readonly shelf: ShelfState
  readonly nearMisses: readonly Finding[]
  readonly timeline: TimelineState
  readonly activity: ActivityState
  readonly distributions: DistributionsState
}

const NEAR_MISSES = 3
/** What one in ten normal units is like is not near to being strange. */
const NEAR_MISS_P_VALUE = 0.1
/** Incidents whose templates are in the picture of activity whatever they tell about the time. */
const PICTURED = 12

/**
 * Takes in what a run judges and finds while it goes on, and gives the report at its end (or at any moment). Give it every
 * judged batch of records, every judged unit, and every finding, each kind in the order of the log. Memory is bounded
 * whatever the length of the log: the pictures' bins, 256 open incidents, and the gravest of the closed ones.
 */
export class ReportBuilder {
  readonly #options: Required<ReportBuilderOptions>
  #grouper: IncidentGrouper
  #shelf: IncidentShelf
  #timeline = new ScoreTimeline()
  #activity = new TemplateActivity()
  #distributions: ScoreDistributions
  #nearMisses: Finding[] = []
  #records = 0
  #findings = 0
  #sessions = 0

  /** An empty builder. @throws {ReportError} `bad-option` */
  constructor({ budget, thresholds = {}, maxIncidents = 100, maxLines = 14 }: ReportBuilderOptions) {
    checkOption('maxIncidents', maxIncidents, 0)
    checkOption('maxLines', maxLines, 1)
    this.#options = { budget, thresholds, maxIncidents, maxLines }
    this.#grouper = new IncidentGrouper({ budget, maxLines })
    this.#shelf = new IncidentShelf(maxIncidents)
    this.#distributions = new ScoreDistributions(thresholds)
  }

  /**
   * Takes in judged records.
   * @param templates the table that the codes of the batch index
   */
  addRows(batch: Pick<ParsedLog, 'rowCount' | 'template' | 'timestamp'>, templates: TemplateTable): void {
    this.#records += batch.rowCount
    this.#activity.addRows(batch, templates)
  }

  /** Takes in what a detector said of a unit, flagged or not. */
  addUnit(unit: JudgedUnit): void {
    this.#timeline.add(unit)
    this.#distributions.add(unit)
  }

  /** Takes in a finding and says what it did to the incidents. */
  addFinding(finding: Finding): IncidentChange[] {
    this.#findings++
    if (finding.unit === 'session') this.#sessions++
    const changes = this.#grouper.add(finding)
    this.#shelve(changes)
    return changes
  }

  /**
   * Takes in a unit that was not flagged, as a finding: the strangest three are told, so that a calm report says
   * something; not those that more than one in ten normal units are like.
   */
  addNearMiss(finding: Finding): void {
    if (finding.pValue > NEAR_MISS_P_VALUE) return
    const all = [...this.#nearMisses, finding]
    all.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    this.#nearMisses = all.slice(0, NEAR_MISSES)
  }

  /** The strength that a unit must have to be among the three strangest so far: others need not be made into findings. */
  get nearMissScore(): number {
    return this.#nearMisses.length < NEAR_MISSES ? -Infinity : this.#nearMisses[NEAR_MISSES - 1].score
  }

  /** An open incident as it is now; `undefined` where none has that id. */
  incident(id: string): Incident | undefined {
    return this.#grouper.incident(id)
  }

  /**
   * The report of what was taken in. The builder can go on afterwards.
   * @param options.earlier incidents of an earlier report, to be named where they are like those of this one
   */
  report(
    run: RunFacts,
    { title = '', earlier = [] }: { readonly title?: string; readonly earlier?: readonly EarlierIncident[] } = {},
  ): Report {
    const shelf = IncidentShelf.restore(this.#shelf.snapshot(), this.#options.maxIncidents)
    for (const id of this.#grouper.openIds()) shelf.add(this.#grouper.incident(id)!)
    const incidents = withSimilar(shelf.incidents(), earlier)
    const { high, medium, low } = shelf.counts
    const distributions = this.#distributions.toJSON()
    const pictured = incidents.slice(0, PICTURED).flatMap(templateIds)
    return {
      format: 'sp-report',
      version: 2,
      title,
      run,
      counts: {
        records: this.#records,
        units: Object.fromEntries(
          distributions.map(({ detector, units, flagged }) => [detector, { judged: units, flagged }]),
        ),
        findings: this.#findings,
        incidents: high + medium + low,
        bySeverity: { high, medium, low },
        shownIncidents: incidents.length,
        shownRecords: shownRecords(incidents),
        sessions: this.#sessions,
      },
      incidents,
      belowThreshold: this.#nearMisses,
      pictures: { timeline: this.#timeline.toJSON(), activity: this.#activity.toJSON(pictured), distributions },
    }
  }

  /** All it holds as plain data. */
  snapshot(): ReportBuilderState {
    return {
      format: 'sp-report-state',
      version: 1,
      records: this.#records,
      findings: this.#findings,
      sessions: this.#sessions,
      grouper: this.#grouper.snapshot(),
      shelf: this.#shelf.snapshot(),
      nearMisses: this.#nearMisses,
      timeline: this.#timeline.snapshot(),
      activity: this.#activity.snapshot(),
      distributions: this.#distributions.snapshot(),
    }
  }

  /**
   * A builder that goes on exactly as the one that was saved would have.
   * @throws {ReportError} `bad-state`
   */
  static restore(state: ReportBuilderState, options: ReportBuilderOptions): ReportBuilder {
    if (state.format !== 'sp-report-state' || state.version !== 1) {
      const seen = `${state.format} version ${state.version}`
      throw new ReportError('bad-state', `this is a state of ${seen}, expected sp-report-state version 1; start afresh`)
    }
    const builder = new ReportBuilder(options)
    const { budget, maxLines, maxIncidents } = builder.#options
    builder.#records = state.records
    builder.#findings = state.findings
    builder.#sessions = state.sessions
    builder.#grouper = IncidentGrouper.restore(state.grouper, { budget, maxLines })
    builder.#shelf = IncidentShelf.restore(state.shelf, maxIncidents)
    builder.#nearMisses = [...state.nearMisses]
    builder.#timeline = ScoreTimeline.restore(state.timeline)
    builder.#activity = TemplateActivity.restore(state.activity)
    builder.#distributions = ScoreDistributions.restore(state.distributions)
    return builder
  }

  #shelve(changes: readonly IncidentChange[]): void {
    for (const change of changes) if (change.kind === 'closed') this.#shelf.add(change.incident)
  }
}

function templateIds({ reasons }: Incident): string[] {
  return reasons.slice(0, 2).flatMap(({ evidence }) => {
    if (evidence.kind === 'session-counts') return evidence.differences.slice(0, 2).map(({ template }) => template.id)
    return 'template' in evidence && evidence.template ? [evidence.template.id] : []
  })
}

/** Records that stand in the report, each once. */
function shownRecords(incidents: readonly Incident[]): number {
  const places = incidents.flatMap(({ lines }) => lines.map(({ source, lineNo }) => `${lineNo} ${source}`))
  return new Set(places).size
}

function checkOption(name: string, value: number, from: number): void {
  if (Number.isSafeInteger(value) && value >= from) return
  throw new ReportError('bad-option', `${name} is ${value}, expected an integer from ${from}`)
}
