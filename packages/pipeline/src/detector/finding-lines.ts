import type { Evidence, FindingLine } from '@sp/log-table'
import type { RecentRow } from './recent-rows.js'

/** Lines shown as evidence. */
const MOST_LINES = 12
/** Lines shown as context, on each side of the first. */
export const CONTEXT_LINES = 3

/** Where the rows of a unit are looked up. */
export interface RowsOfUnit {
  /** First row, and the row after the last; nothing behind it is read. */
  readonly startRow: number
  readonly endRow: number
  /** Template code of a row. */
  templateAt(row: number): number
  /** A row; `undefined` where it is kept no longer. Rows before the unit may be asked for, as context. */
  at(row: number): RecentRow | undefined
}

/** The lines of a finding, in the order of the log: rows that show its evidence, and context. */
export interface ShownRows {
  readonly lines: readonly FindingLine[]
  /** Those of them that are evidence, or all where none is. */
  readonly rows: readonly RecentRow[]
}

/**
 * Chooses the lines of a window that show its evidence: every piece gives its first row, then every piece its last, its
 * second, its third, until there are {@link MOST_LINES}; and what stands around the first line of the strongest.
 */
export function linesOfWindow(evidence: readonly Evidence[], unit: RowsOfUnit): ShownRows {
  const candidates = evidence.map((one) => rowsOf(one, unit))
  const chosen = new Map<number, number>()
  for (const turn of [0, 1, 2, 3]) {
    for (const [index, rows] of candidates.entries()) {
      const row = rows[turn]
      if (row !== undefined && !chosen.has(row) && chosen.size < MOST_LINES) chosen.set(row, index)
    }
  }
  const anchor = candidates.find((rows) => rows.length > 0)?.[0] ?? unit.startRow
  const shown = [...chosen].flatMap(([row, index]) => lineAt(unit, row, index))
  // A line of a template that is told of already would be more of the same.
  const told = new Set(evidence.map((one) => ('template' in one ? one.template : null)))
  const context = contextRows(anchor, unit).filter((row) => !chosen.has(row) && !told.has(unit.templateAt(row)))
  const all = [...shown, ...context.flatMap((row) => lineAt(unit, row, null))].sort((a, b) => a.kept.row - b.kept.row)
  const rows = (shown.length > 0 ? shown : all).map(({ kept }) => kept)
  return { lines: all.map(({ line }) => line), rows }
}

/** The kept lines of a session, each for the evidence whose row it is. */
export function linesOfSession(evidence: readonly Evidence[], kept: ReadonlyMap<number, RecentRow>): ShownRows {
  const indexOf = new Map<number, number>()
  for (const [index, one] of evidence.entries()) {
    for (const [row, { template }] of kept) {
      const shows = 'row' in one ? one.row === row : one.kind === 'new-template' && one.template === template
      if (shows && !indexOf.has(row)) indexOf.set(row, index)
    }
  }
  const rows = [...kept.values()].sort((a, b) => a.row - b.row)
  const shown = rows.filter(({ row }) => indexOf.has(row))
  return {
    lines: rows.map((row) => findingLine(row, indexOf.get(row.row) ?? null)),
    rows: shown.length > 0 ? shown : rows,
  }
}

/** The rows that show a piece of evidence: the first, the last, the second, the third. */
function rowsOf(evidence: Evidence, unit: RowsOfUnit): number[] {
  if ('row' in evidence) return [evidence.row]
  if (!('template' in evidence) || evidence.template === null || evidence.kind === 'less-frequent') return []
  const rows: number[] = []
  for (let row = unit.startRow; row < unit.endRow; row++) if (unit.templateAt(row) === evidence.template) rows.push(row)
  const [first, second, third] = rows
  return [...new Set([first, rows.at(-1), second, third])].filter((row) => row !== undefined)
}

function contextRows(anchor: number, { endRow }: RowsOfUnit): number[] {
  const rows = Array.from({ length: 2 * CONTEXT_LINES + 1 }, (_, i) => anchor - CONTEXT_LINES + i)
  return rows.filter((row) => row >= 0 && row < endRow)
}

function lineAt(unit: RowsOfUnit, row: number, evidence: number | null) {
  const kept = unit.at(row)
  return kept === undefined ? [] : [{ kept, line: findingLine(kept, evidence) }]
}

function findingLine(row: RecentRow, evidence: number | null): FindingLine {
  const { lineNo, byteOffset, time, severity, text, cutCharacters } = row
  const role = evidence === null ? 'context' : 'evidence'
  return { role, evidence, lineNo, byteOffset, time, severity, text, cutCharacters }
}
