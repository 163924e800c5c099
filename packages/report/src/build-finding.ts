import type { ReportInput } from './build-report.js'
import { headline, reasonSentence } from './catalogue.js'
import { ReportError } from './errors.js'
import { collectContext, collectRows, type FindingRows, type KeptRow, type TemplateRows } from './finding-rows.js'
import type { WindowGroup } from './finding-windows.js'
import { isoTime } from './numbers.js'
import { quoted } from './plain-text.js'
import { evidenceOf, type GroupEvidence, severityOf, tellingEvidence } from './reasons.js'
import type { Finding, FindingLine, NameCount, Reason } from './report.js'

/** How much of a finding is kept. */
export interface FindingLimits {
  readonly rank: number
  readonly contextLines: number
  readonly maxLinesPerFinding: number
}

const MAX_REASONS = 8
const MAX_NAMES = 5

/** Evidence with its template and the rows that speak for it. */
interface Told extends GroupEvidence {
  readonly templateId: string
  readonly text: string
  readonly rows: TemplateRows
}

/** One group of windows as a finding, with its rows read. */
export async function buildFinding(input: ReportInput, group: WindowGroup, limits: FindingLimits): Promise<Finding> {
  const { scores, templates, log, training } = input
  const isFlagged = scores.isAnomaly[group.windows[0]] === 1
  const evidence = evidenceOf(scores, group.windows)
  const telling = tellingEvidence(evidence, scores.threshold).slice(0, MAX_REASONS)
  const named = telling.map((one) => ({ ...one, ...templateOf(one, templates) }))
  const rows = await collectRows(log, group, new Set(named.map(({ templateId }) => templateId)))
  const told = inTellingOrder(named.map((one) => ({ ...one, rows: rows.templates.get(one.templateId)! })))
  const shown = chooseLines(told, limits.maxLinesPerFinding)
  const context =
    limits.contextLines === 0 ? [] : await collectContext(log, contextRange(), new Set(rows.templates.keys()))
  const reasons = told.map((one, index) => reasonOf(one, { index, shown, normalRows: training.rows }))
  return {
    rank: limits.rank,
    severity: severityOf({ isFlagged, ...newTemplates(told), pValue: group.pValue, budget: training.budget }),
    headline: headline(reasons, quoted),
    ...placeOf(group, rows, shown),
    hosts: mostFrequent(rows.hosts),
    processes: mostFrequent(rows.processes),
    score: group.score,
    pValue: Number.isNaN(group.pValue) ? null : group.pValue,
    windows: group.windows.length,
    reasons,
    moreReasons: evidence.length - reasons.length,
    lines: [...shown, ...context.map((row) => lineOf(row, null))].sort((a, b) => a.row - b.row),
  }

  /** Around the first line of the first reason that has lines; without one, around the start of the window concerned. */
  function contextRange(): { startRow: number; endRow: number } {
    const start = told.length > 0 ? scores.startRow[told[0].window] : group.startRow
    const anchor = shown.find(({ reason }) => reason === 0)?.row ?? shown[0]?.row ?? start
    return {
      startRow: Math.max(group.segment.startRow, anchor - limits.contextLines),
      endRow: Math.min(group.segment.endRow, anchor + limits.contextLines + 1),
    }
  }
}

function templateOf(
  { template }: GroupEvidence,
  templates: ReportInput['templates'],
): { templateId: string; text: string } {
  const named = templates[template]
  if (named !== undefined) return { templateId: named.id, text: named.text }
  throw new ReportError(
    'rows-mismatch',
    `evidence speaks of template ${template}, the table has ${templates.length}; give the table of the scores`,
  )
}

/** Of several new templates the first to appear is most often the cause, and their order tells what happened. */
function inTellingOrder(told: readonly Told[]): Told[] {
  if (told[0]?.kind !== 'new-template') return [...told]
  const fresh = told.filter(({ kind }) => kind === 'new-template')
  fresh.sort((a, b) => (a.rows.first[0]?.row ?? Infinity) - (b.rows.first[0]?.row ?? Infinity))
  return [...fresh, ...told.filter(({ kind }) => kind !== 'new-template')]
}

/** Every reason gives its first row, then every reason its last, its second, its third, until there are `limit`. */
function chooseLines(told: readonly Told[], limit: number): FindingLine[] {
  const chosen = new Map<number, FindingLine>()
  const candidates = told.map(rowsToShow)
  for (const turn of [0, 1, 2, 3]) {
    for (const [reason, rows] of candidates.entries()) {
      const row = rows[turn]
      const isFresh = row !== null && row !== undefined && !chosen.has(row.row)
      if (isFresh && chosen.size < limit) chosen.set(row.row, lineOf(row, reason))
    }
  }
  return [...chosen.values()]
}

/** What is missing is shown by the last row before the silence and the first after it. */
function rowsToShow({ kind, rows }: Told): (KeptRow | null)[] {
  if (kind === 'less-frequent') return [rows.silence.before, rows.silence.after]
  const [first = null, second = null, third = null] = rows.first
  return [first, rows.last, second, third]
}

function reasonOf(
  told: Told,
  { index, shown, normalRows }: { index: number; shown: readonly FindingLine[]; normalRows: number },
): Reason {
  const { kind, templateId, text: template, count, expected, windowRows, surprise, rows } = told
  const facts = { kind, templateId, template, count, expected, windowRows, normalRows }
  const shownRows = shown.filter(({ reason }) => reason === index).length
  return { ...facts, surprise, rows: rows.count, shownRows, sentence: reasonSentence(facts, quoted) }
}

/** From the first to the last line that speaks for it, in place and time; the whole of its windows where no line does. */
function placeOf(group: WindowGroup, rows: FindingRows, shown: readonly FindingLine[]) {
  const source = group.segment.source.name
  const lineNos = shown.length > 0 ? shown.map(({ lineNo }) => lineNo) : [rows.firstLineNo, rows.lastLineNo]
  const times = shown.flatMap(({ time }) => time ?? []).sort()
  const [firstLineNo, lastLineNo] = [Math.min(...lineNos), Math.max(...lineNos)]
  return {
    location: `${source}:${firstLineNo + 1}–${lastLineNo + 1}`,
    source,
    firstLine: firstLineNo + 1,
    lastLine: lastLineNo + 1,
    firstLineNo,
    lastLineNo,
    startRow: group.startRow,
    endRow: group.endRow,
    startTime: times[0] ?? isoTime(rows.startTime),
    endTime: times.at(-1) ?? isoTime(rows.endTime),
  }
}

function newTemplates(told: readonly Told[]): { hasNewTemplate: boolean; gravest: number } {
  const fresh = told.filter(({ kind }) => kind === 'new-template')
  const known = fresh.map(({ rows }) => rows.gravest).filter((severity) => severity >= 0)
  return { hasNewTemplate: fresh.length > 0, gravest: known.length > 0 ? Math.min(...known) : -1 }
}

function mostFrequent(counts: ReadonlyMap<string, number>): NameCount[] {
  const names = Array.from(counts, ([name, count]) => ({ name, count }))
  return names.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, MAX_NAMES)
}

function lineOf({ row, lineNo, time, text, cutCharacters }: KeptRow, reason: number | null): FindingLine {
  const role = reason === null ? 'context' : 'evidence'
  return { role, reason, row, line: lineNo + 1, lineNo, time: isoTime(time), text, cutCharacters }
}
