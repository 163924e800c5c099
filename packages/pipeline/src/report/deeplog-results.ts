import { join } from 'node:path'
import { type Evidence, LogTableError, type ParsedLogFile, readTable } from '@sp/log-table'
import type { DetectorFacts } from '@sp/report'
import { DEEPLOG_FILES } from '../deeplog/deeplog-files.js'
import type { DeepLogSummary } from '../deeplog/infer-run.js'
import { valueAlerts, valueSteps } from './deeplog-alerts.js'
import { readOptionalJson } from './optional-json.js'
import { CountProfiles } from './session-profiles.js'
import { type StepContext, type StepResults, type StrangeStep, strengthOf } from './step-results.js'
import type { StepTemplates } from './step-templates.js'
import { unfitRemarks } from './unfit-remark.js'
import { UsualRanges } from './usual-ranges.js'

const NAME = 'deeplog'
/** Names of the voices in `spoke`, as their columns are called. */
const VOICES: Readonly<Record<string, string>> = {
  newEvent: 'new_event_p_value',
  length: 'length_p_value',
  countVectorIdf: 'count_vector_p_value',
  surprise: 'surprise_p_value',
}
/** Rows of a session that are shown, and pieces of evidence from its lines. */
const SHOWN_ROWS = 16
const ORDER_EVIDENCE = 5
/** Rows at the beginning and at the end that show a session whose evidence has no rows. */
const ENDS = 4
/** A line that none of the likeliest was is told however likely it is among normal lines. */
const LEAST_SURPRISE = 1

type Column = ArrayLike<unknown>

/** What `sp deeplog-infer` found: sessions; `null` where the folder has none of it. */
export async function deepLogResults(
  folder: string,
  { templates, log, onUnit }: StepContext & { readonly log: ParsedLogFile },
): Promise<StepResults | null> {
  const sessions = await readOptionalTable(join(folder, DEEPLOG_FILES.sessions))
  if (sessions === null) return null
  const events = await readTable(join(folder, DEEPLOG_FILES.sequences), {
    columns: ['row', 'session', 'template_id', 'template', 'line_no', 'source'],
  })
  const lines = await readTable(join(folder, DEEPLOG_FILES.events), {
    columns: ['idx', 'session', 'p_value', 'probability', 'in_topk', 'is_novel', 'predicted_templates'],
  })
  const summary = await readOptionalJson<DeepLogSummary>(join(folder, DEEPLOG_FILES.summary))
  const table = new SessionTables({ sessions, events, lines }, templates)
  const values = await strangeValues(folder, { events, templates, log })
  const count = sessions.session.length
  const all = Array.from({ length: count }, (_, s) => s)
  for (const s of all) {
    onUnit({
      source: String(sessions.source[s] ?? ''),
      detector: NAME,
      time: sessions.start_time[s] as number | null,
      line: Number(sessions.first_line[s]),
      score: Number(sessions.score[s]),
      pValue: Number(sessions.p_value[s] ?? NaN),
      isFlagged: sessions.is_anomaly[s] === true,
    })
  }
  const detectors: DetectorFacts[] = [{ name: NAME, unit: 'session', normalUnits: 0, threshold: null }]
  return {
    detectors,
    budget: null,
    strange: [...all.filter((s) => sessions.is_anomaly[s] === true).map((s) => table.stepOf(s)), ...values],
    changes: (summary?.drift?.templates ?? []).map(({ template, before, after }) => {
      const first = sessions.session_key ? Array.from(sessions.session_key).indexOf(summary!.drift!.first_session) : -1
      const line = first < 0 ? 0 : Number(sessions.first_line[first])
      const source = first < 0 ? '' : String(sessions.source[first] ?? '')
      return { template, source, firstLine: line, lastLine: line, before, after, unit: 'session' as const }
    }),
    remarks: unfitRemarks(summary?.unknown_share ?? 0),
  }
}

async function strangeValues(
  folder: string,
  about: { readonly events: Record<string, Column>; readonly templates: StepTemplates; readonly log: ParsedLogFile },
): Promise<StrangeStep[]> {
  const { events, templates, log } = about
  const table = await readOptionalTable(join(folder, DEEPLOG_FILES.alerts))
  const alerts = table === null ? [] : valueAlerts(table)
  if (alerts.length === 0) return []
  const asked = new Map<string, Set<string>>()
  for (const { templateId, column } of alerts) {
    asked.set(templateId, (asked.get(templateId) ?? new Set()).add(column))
  }
  const rows = new Map(
    Array.from(events.row, (row, e) => [`${events.line_no[e]} ${events.source[e] ?? ''}`, Number(row)] as const),
  )
  const ranges = await UsualRanges.read(log, asked)
  return valueSteps(alerts, { templates, ranges, rowOf: ({ lineNo, source }) => rows.get(`${lineNo} ${source}`) })
}

/** The tables of sessions, of their events, and of what was said of the events. */
class SessionTables {
  readonly #sessions: Record<string, Column>
  readonly #events: Record<string, Column>
  readonly #lines: Record<string, Column>
  readonly #templates: StepTemplates
  readonly #codes: Int32Array
  /** By session: its rows of the table of events, and of the table of lines. */
  readonly #eventsOf: readonly Int32Array[]
  readonly #linesOf: readonly Int32Array[]
  readonly #profiles: CountProfiles

  constructor(
    { sessions, events, lines }: Record<'sessions' | 'events' | 'lines', Record<string, Column>>,
    templates: StepTemplates,
  ) {
    this.#sessions = sessions
    this.#events = events
    this.#lines = lines
    this.#templates = templates
    this.#codes = Int32Array.from(events.template_id, (id, i) => {
      return templates.codeOf({ id: String(id ?? ''), text: String(events.template[i] ?? '') })
    })
    const count = sessions.session.length
    this.#eventsOf = rowsBySession(events.session, count)
    this.#linesOf = rowsBySession(lines.session, count)
    this.#profiles = new CountProfiles(
      this.#eventsOf.map((rows) => rows.map((row) => this.#codes[row])),
      (s) => sessions.is_anomaly[s] !== true && sessions.is_drift?.[s] !== true,
    )
  }

  /** A flagged session. */
  stepOf(s: number): StrangeStep {
    const sessions = this.#sessions
    const rows = Array.from(this.#eventsOf[s], (event) => Number(this.#events.row[event]))
    const spoke = (sessions.spoke[s] ?? []) as string[]
    function pOf(name: string): number {
      return Number(sessions[VOICES[name] ?? '']?.[s] ?? NaN)
    }
    const detectors = spoke
      .map((name) => ({ name: name === 'surprise' ? NAME : name, pValue: pOf(name) }))
      .filter(({ pValue }) => pValue > 0)
    const pValue = Math.min(1, Math.max(Number(sessions.p_value[s] ?? 1), Number.MIN_VALUE))
    const evidence = this.#evidenceOf(s, { spoke, pOf })
    const fresh = new Set(evidence.flatMap((one) => (one.kind === 'new-template' ? [one.template] : [])))
    const ofEvidence = [
      ...evidence.flatMap((one) => ('row' in one ? [one.row] : [])),
      ...rows.filter((_, i) => fresh.has(this.#codes[this.#eventsOf[s][i]])),
    ]
    return {
      unit: 'session',
      session: String(sessions.session_key[s] ?? ''),
      isFlagged: true,
      startRow: rows[0],
      endRow: rows[rows.length - 1] + 1,
      keptRows: keptRows(rows, ofEvidence),
      records: rows.length,
      score: detectors.reduce((most, own) => Math.max(most, strengthOf(own.pValue)), strengthOf(pValue)),
      pValue,
      detectors: detectors.length > 0 ? detectors.sort((a, b) => a.pValue - b.pValue) : [{ name: NAME, pValue }],
      evidence,
    }
  }

  #evidenceOf(
    s: number,
    { spoke, pOf }: { readonly spoke: readonly string[]; readonly pOf: (name: string) => number },
  ): Evidence[] {
    const evidence: Evidence[] = this.#lineEvidence(s, spoke)
    if (spoke.includes('length')) {
      const { shortest, longest } = this.#profiles.lengths
      const events = this.#eventsOf[s].length
      evidence.push({ kind: 'session-length', events, shortest, longest, surprise: strengthOf(pOf('length')) })
    }
    if (spoke.includes('countVectorIdf')) {
      const differences = this.#profiles.differences(s)
      if (differences.length > 0) {
        evidence.push({ kind: 'session-counts', differences, surprise: strengthOf(pOf('countVectorIdf')) })
      }
    }
    return evidence.sort((a, b) => b.surprise - a.surprise)
  }

  /** New templates, and the lines that were least expected. */
  #lineEvidence(s: number, spoke: readonly string[]): Evidence[] {
    const { p_value: pValue, probability, in_topk: isExpected, is_novel: isNovel, idx } = this.#lines
    function surprise(line: number): number {
      return strengthOf(Number(pValue[line] ?? 1))
    }
    const own = Array.from(this.#linesOf[s])
    const novel = new Map<number, number>()
    for (const line of own) {
      if (isNovel[line] !== true) continue
      const code = this.#codes[Number(idx[line])]
      novel.set(code, (novel.get(code) ?? 0) + 1)
    }
    const fresh = Array.from(novel, ([template, count]): Evidence => {
      const nearest = this.#templates.nearestTo(template)
      const known = nearest === undefined ? {} : { nearest }
      return { kind: 'new-template', template, count, expected: 0, surprise: NOVEL, ...known }
    })
    const unexpected = own
      .filter((line) => isNovel[line] !== true && isExpected[line] === false)
      .sort((a, b) => surprise(b) - surprise(a) || a - b)
    const strangest = own.reduce((most, line) => (surprise(line) > surprise(most) ? line : most), own[0])
    const told = unexpected.length === 0 && spoke.includes('surprise') ? [strangest] : unexpected
    const order = told.slice(0, ORDER_EVIDENCE).map((line): Evidence => {
      const event = Number(idx[line])
      return {
        kind: 'unexpected-order',
        template: this.#codes[event],
        row: Number(this.#events.row[event]),
        after: this.#before(s, event),
        expected: this.#expectedAt(line),
        probability: Number(probability[line] ?? 0),
        surprise: Math.max(LEAST_SURPRISE, surprise(line)),
      }
    })
    return [...fresh, ...order]
  }

  #before(s: number, event: number): number | null {
    const own = this.#eventsOf[s]
    const at = own.indexOf(event)
    return at > 0 ? this.#codes[own[at - 1]] : null
  }

  #expectedAt(line: number): number[] {
    const texts = String(this.#lines.predicted_templates[line] ?? '').split(' | ')
    return texts.filter((text) => text !== '' && !text.startsWith('(')).map((text) => this.#templates.codeOfText(text))
  }
}

/** Strength of a template that training never saw: about the strongest that an order can have. */
const NOVEL = 12

function rowsBySession(session: Column, count: number): Int32Array[] {
  const rows = Array.from({ length: count }, (): number[] => [])
  Array.from(session).forEach((s, row) => {
    if (s !== null && s !== undefined) rows[Number(s)]?.push(row)
  })
  return rows.map((own) => Int32Array.from(own))
}

/** Rows of evidence, each with those beside it in the session; without any, how it begins and ends. Ascending, at most so many. */
function keptRows(rows: readonly number[], ofEvidence: readonly number[]): number[] {
  const beside = ofEvidence.flatMap((row) =>
    [rows[rows.indexOf(row) - 1] ?? [], rows[rows.indexOf(row) + 1] ?? []].flat(),
  )
  const ends = [...rows.slice(0, ENDS), ...rows.slice(-ENDS)]
  const wanted = ofEvidence.length > 0 ? [...ofEvidence, ...beside] : ends
  return [...new Set(wanted)].slice(0, SHOWN_ROWS).sort((a, b) => a - b)
}

async function readOptionalTable(path: string): Promise<Record<string, Column> | null> {
  try {
    return await readTable(path)
  } catch (error) {
    if (error instanceof LogTableError && error.code === 'missing-file') return null
    throw error
  }
}
