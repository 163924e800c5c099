import type { ReportInput } from './build-report.js'
import { headline, reasonSentence } from './catalogue.js'
import { ReportError } from './errors.js'
import { collectContext, collectRows, type FindingRows, type KeptRow, type ReportRows } from './finding-rows.js'
import type { WindowGroup } from './finding-windows.js'
import { isoTime } from './numbers.js'
import { quoted } from './plain-text.js'
import { evidenceOf, type GroupEvidence, severityOf } from './reasons.js'
import type { Finding, FindingLine, NameCount, Reason } from './report.js'

/** How much of a finding is kept. */
export interface FindingLimits {
  readonly rank: number
  readonly contextLines: number
  readonly maxLinesPerFinding: number
}

const MAX_REASONS = 8
const MAX_NAMES = 5

interface NamedEvidence extends GroupEvidence {
  readonly templateId: string
  readonly text: string
}

/** One group of windows as a finding, with its rows read. */
export async function buildFinding(input: ReportInput, group: WindowGroup, limits: FindingLimits): Promise<Finding> {
  const { scores, templates, log, training } = input
  const evidence = evidenceOf(scores, group.windows).map((one) => named(one, templates))
  const rows = await collectRows(log, group, new Set(evidence.map(({ templateId }) => templateId)))
  const shown = chooseRows(evidence, rows, limits.maxLinesPerFinding)
  const context = await readContext({ log, group, evidence, rows, startRow: windowStart() }, limits.contextLines)
  const reasons = evidence.slice(0, MAX_REASONS).map((one) => reasonOf(one, { rows, shown, normalRows: training.rows }))
  const source = group.segment.source.name
  const [firstLine, lastLine] = [rows.firstLineNo + 1, rows.lastLineNo + 1]
  return {
    rank: limits.rank,
    severity: severityOf({ ...newTemplates(evidence, rows), pValue: group.pValue, budget: training.budget }),
    headline: headline(reasons, quoted),
    location: `${source}:${firstLine}–${lastLine}`,
    source,
    firstLine,
    lastLine,
    firstLineNo: rows.firstLineNo,
    lastLineNo: rows.lastLineNo,
    startRow: group.startRow,
    endRow: group.endRow,
    startTime: isoTime(rows.startTime),
    endTime: isoTime(rows.endTime),
    hosts: mostFrequent(rows.hosts),
    processes: mostFrequent(rows.processes),
    score: group.score,
    pValue: Number.isNaN(group.pValue) ? null : group.pValue,
    windows: group.windows.length,
    reasons,
    moreReasons: evidence.length - reasons.length,
    lines: [...shown.values()]
      .map((row) => lineOf(row, 'evidence'))
      .concat(context.map((row) => lineOf(row, 'context')))
      .sort((a, b) => a.row - b.row),
  }

  function windowStart(): number {
    return evidence.length > 0 ? scores.startRow[evidence[0].window] : group.startRow
  }
}

function named(evidence: GroupEvidence, templates: ReportInput['templates']): NamedEvidence {
  const template = templates[evidence.template]
  if (template !== undefined) return { ...evidence, templateId: template.id, text: template.text }
  throw new ReportError(
    'rows-mismatch',
    `evidence speaks of template ${evidence.template}, the table has ${templates.length}; give the table of the scores`,
  )
}

/**
 * The rows that speak for the reasons, by row number: every reason, strongest first, gives its first row, then every
 * reason its last, its second, its third, until there are `limit`.
 */
function chooseRows(evidence: readonly NamedEvidence[], rows: FindingRows, limit: number): Map<number, KeptRow> {
  const chosen = new Map<number, KeptRow>()
  const kept = evidence.map(({ templateId }) => {
    const { first, last } = rows.templates.get(templateId)!
    return [first[0], last ?? undefined, first[1], first[2]]
  })
  for (const turn of [0, 1, 2, 3]) {
    for (const candidates of kept) {
      const row = candidates[turn]
      if (row !== undefined && chosen.size < limit) chosen.set(row.row, row)
    }
  }
  return chosen
}

/**
 * The rows around the first row of the strongest reason that has rows; without one (something is absent), the rows
 * around the start of the window concerned. Rows of evidence are left out, they have their own place.
 */
async function readContext(
  place: {
    log: ReportRows
    group: WindowGroup
    evidence: readonly NamedEvidence[]
    rows: FindingRows
    startRow: number
  },
  contextLines: number,
): Promise<KeptRow[]> {
  const { log, group, evidence, rows, startRow } = place
  if (contextLines === 0) return []
  const anchors = evidence.flatMap(({ templateId }) => rows.templates.get(templateId)!.first.slice(0, 1))
  const anchor = anchors.length > 0 ? anchors[0].row : startRow
  const range = {
    startRow: Math.max(group.segment.startRow, anchor - contextLines),
    endRow: Math.min(group.segment.endRow, anchor + contextLines + 1),
  }
  return collectContext(log, range, new Set(evidence.map(({ templateId }) => templateId)))
}

function reasonOf(
  evidence: NamedEvidence,
  { rows, shown, normalRows }: { rows: FindingRows; shown: ReadonlyMap<number, KeptRow>; normalRows: number },
): Reason {
  const { kind, templateId, text: template, count, expected, windowRows, surprise } = evidence
  const ofTemplate = rows.templates.get(templateId)!
  const candidates = ofTemplate.last === null ? ofTemplate.first : [...ofTemplate.first, ofTemplate.last]
  const facts = { kind, templateId, template, count, expected, windowRows, normalRows }
  return {
    ...facts,
    surprise,
    rows: ofTemplate.count,
    shownRows: candidates.filter(({ row }) => shown.has(row)).length,
    sentence: reasonSentence(facts, quoted),
  }
}

function newTemplates(
  evidence: readonly NamedEvidence[],
  rows: FindingRows,
): { hasNewTemplate: boolean; gravest: number } {
  const fresh = evidence.filter(({ kind }) => kind === 'new-template')
  const known = fresh
    .map(({ templateId }) => rows.templates.get(templateId)!.gravest)
    .filter((severity) => severity >= 0)
  return { hasNewTemplate: fresh.length > 0, gravest: known.length > 0 ? Math.min(...known) : -1 }
}

function mostFrequent(counts: ReadonlyMap<string, number>): NameCount[] {
  const names = Array.from(counts, ([name, count]) => ({ name, count }))
  return names.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, MAX_NAMES)
}

function lineOf({ row, lineNo, text, cutCharacters }: KeptRow, role: FindingLine['role']): FindingLine {
  return { role, row, line: lineNo + 1, lineNo, text, cutCharacters }
}
