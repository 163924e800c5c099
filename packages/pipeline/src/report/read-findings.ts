import type { Evidence, Finding, NamedTemplate, ParsedLogColumn, ParsedLogFile } from '@sp/log-table'
import { buildFinding } from '../detector/build-finding.js'
import { linesOfSession, linesOfWindow, type ShownRows } from '../detector/finding-lines.js'
import { type RecentRow, RecentRows, rowOf } from '../detector/recent-rows.js'
import { type LogSegment, segmentOfRow } from './log-survey.js'
import type { StrangeStep } from './step-results.js'
import type { StepTemplates } from './step-templates.js'

/** A step's unit as a finding. */
export interface StepFinding {
  readonly finding: Finding
  readonly isFlagged: boolean
}

/** Where findings get their lines from. */
export interface FindingSource {
  readonly log: ParsedLogFile
  readonly segments: readonly LogSegment[]
  readonly templates: StepTemplates
  /** Records before and after the first line of evidence. */
  readonly contextLines: number
  readonly signal?: AbortSignal
}

const COLUMNS: readonly ParsedLogColumn[] = [
  'lineNo',
  'byteOffset',
  'timestamp',
  'severity',
  'host',
  'process',
  'raw',
  'template',
]
/** Rows of a row group: what lies nearer than this is read in one go. */
const NEAR = 65_536

/**
 * Reads the lines of units and tells them as findings: windows in the order of the log, then sessions. The log is gone
 * through once, and only where something is needed; memory is that of a batch, of the rows of the longest window, and of
 * at most sixteen rows a session.
 */
export async function* readFindings(units: readonly StrangeStep[], from: FindingSource): AsyncGenerator<StepFinding> {
  const windows = units.filter(({ unit }) => unit === 'window').sort(byEnd)
  const sessions = units.filter(({ unit }) => unit === 'session').sort(byEnd)
  const wanted = Int32Array.from(new Set(sessions.flatMap(rowsOfSession))).sort()
  const kept = new Map<number, RecentRow>()
  const longest = windows.reduce((most, { startRow, endRow }) => Math.max(most, endRow - startRow), 0)
  let [nextWindow, nextWanted] = [0, 0]
  for (const { start, end } of stretches(windows, wanted, from)) {
    const recent = new RecentRows(longest + 2 * from.contextLines, { next: start, rows: [] })
    let row = start
    for await (const batch of from.log.batches({ columns: COLUMNS, startRow: start, endRow: end })) {
      from.signal?.throwIfAborted()
      recent.add(batch)
      for (; nextWanted < wanted.length && wanted[nextWanted] < row + batch.rowCount; nextWanted++) {
        kept.set(wanted[nextWanted], rowOf(batch, wanted[nextWanted] - row, wanted[nextWanted]))
      }
      row += batch.rowCount
      while (nextWindow < windows.length && Math.min(end, windows[nextWindow].endRow + from.contextLines) <= row) {
        yield windowFinding(windows[nextWindow++], recent, from)
      }
      recent.settle()
    }
  }
  for (const step of sessions) yield sessionFinding(step, kept, from)
}

/** Those that are shown, and the first and the last, which say where and when it was. */
function rowsOfSession({ keptRows, startRow, endRow }: StrangeStep): number[] {
  return [startRow, endRow - 1, ...(keptRows ?? [])]
}

function byEnd(a: StrangeStep, b: StrangeStep): number {
  return a.endRow - b.endRow || a.startRow - b.startRow
}

/** The rows that are needed, as stretches that lie apart. */
function stretches(
  windows: readonly StrangeStep[],
  wanted: Int32Array,
  { contextLines, log }: FindingSource,
): { start: number; end: number }[] {
  const parts = [
    ...windows.map(({ startRow, endRow }) => ({ start: startRow - contextLines, end: endRow + contextLines })),
    ...Array.from(wanted, (row) => ({ start: row, end: row + 1 })),
  ].sort((a, b) => a.start - b.start)
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of parts) {
    const [from, to] = [Math.max(0, start), Math.min(log.rowCount, end)]
    const last = joined.at(-1)
    if (last && from <= last.end + NEAR) last.end = Math.max(last.end, to)
    else joined.push({ start: from, end: to })
  }
  return joined
}

function windowFinding(step: StrangeStep, recent: RecentRows, from: FindingSource): StepFinding {
  const { startRow, endRow, evidence } = step
  const segment = segmentOfRow(from.segments, startRow)
  const rows = {
    startRow,
    endRow,
    templateAt: (row: number) => recent.templateAt(row),
    at: (row: number) => recent.at(row),
  }
  const shown = withContext(linesOfWindow(evidence, rows), {
    recent,
    segment,
    anchorRow: startRow,
    contextLines: from.contextLines,
    told: new Set(evidence.flatMap((one) => ('template' in one && one.kind !== 'less-frequent' ? [one.template] : []))),
  })
  const [first, last] = [recent.at(startRow)!, recent.at(endRow - 1)!]
  const times = Array.from({ length: endRow - startRow }, (_, i) => recent.at(startRow + i)?.time ?? NaN)
  return tell(step, { shown, first, last, times, from, segment })
}

/** The lines of evidence, with so many records before and after the first of them as were asked for. */
function withContext(
  { lines, rows }: ShownRows,
  about: {
    readonly recent: RecentRows
    readonly segment: LogSegment
    readonly anchorRow: number
    readonly contextLines: number
    /** Templates that evidence speaks of: more of their records is no context. */
    readonly told: ReadonlySet<number | null>
  },
): ShownRows {
  const { recent, segment, anchorRow, contextLines, told } = about
  const evidence = lines.filter(({ role }) => role === 'evidence')
  const shown = new Set(evidence.map(({ lineNo }) => lineNo))
  const strongest = evidence.reduce((least, { evidence: index }) => Math.min(least, index ?? Infinity), Infinity)
  const anchorLine = evidence.find(({ evidence: index }) => index === strongest)?.lineNo
  const anchor = rows.find(({ lineNo }) => lineNo === anchorLine)?.row ?? anchorRow
  const context = Array.from({ length: 2 * contextLines + 1 }, (_, i) => anchor - contextLines + i)
    .filter((row) => row >= segment.startRow && row < segment.endRow)
    .flatMap((row) => recent.at(row) ?? [])
    .filter(({ lineNo, template }) => !shown.has(lineNo) && !told.has(template))
    .map(({ lineNo, byteOffset, time, severity, text, cutCharacters }) => {
      return { role: 'context' as const, evidence: null, lineNo, byteOffset, time, severity, text, cutCharacters }
    })
  return { lines: [...evidence, ...context].sort((a, b) => a.lineNo - b.lineNo), rows }
}

function sessionFinding(step: StrangeStep, kept: ReadonlyMap<number, RecentRow>, from: FindingSource): StepFinding {
  const own = new Map((step.keptRows ?? []).flatMap((row) => (kept.has(row) ? [[row, kept.get(row)!] as const] : [])))
  const segment = segmentOfRow(from.segments, step.startRow)
  const shown = linesOfSession(step.evidence, own)
  const [first, last] = [kept.get(step.startRow)!, kept.get(step.endRow - 1)!]
  return tell(step, { shown, first, last, times: [first.time ?? NaN, last.time ?? NaN], from, segment })
}

function tell(
  step: StrangeStep,
  about: {
    readonly shown: ShownRows
    readonly first: RecentRow
    readonly last: RecentRow
    readonly times: readonly number[]
    readonly from: FindingSource
    readonly segment: LogSegment
  },
): StepFinding {
  const { shown, first, last, times, from, segment } = about
  const { isFlagged, unit, session, records, score, pValue, detectors, evidence: codes } = step
  const known = times.filter((time) => !Number.isNaN(time))
  const finding = buildFinding(
    {
      ...{ unit, session, records, score, pValue, detectors, evidence: codes },
      source: segment.source.name,
      firstByte: first.byteOffset,
      firstLine: first.lineNo,
      lastLine: last.lineNo,
      startTime: known.length > 0 ? known.reduce((least, time) => Math.min(least, time)) : null,
      endTime: known.length > 0 ? known.reduce((most, time) => Math.max(most, time)) : null,
    },
    shown,
    (code) => from.templates.named(code),
  )
  const evidence = finding.evidence.map((one) => inSource(one, segment.startRow))
  return { finding: { ...finding, evidence }, isFlagged }
}

/** Evidence whose row counts within its source, as a finding has it. */
function inSource(evidence: Evidence<NamedTemplate>, startRow: number): Evidence<NamedTemplate> {
  return 'row' in evidence ? { ...evidence, row: evidence.row - startRow } : evidence
}
