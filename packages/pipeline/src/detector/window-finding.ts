import { ensembleDetectors, type WindowVerdict } from '@sp/baseline'
import type { CountEvidence, Evidence, Finding, NamedTemplate } from '@sp/log-table'
import { buildFinding, MOST_EVIDENCE } from './build-finding.js'
import { CONTEXT_LINES, linesOfWindow, type RowsOfUnit } from './finding-lines.js'
import { type LoadedBundle, SEQUENCE_DETECTOR } from './loaded-bundle.js'
import type { RecentRows } from './recent-rows.js'
import type { StrangeFrame, StrangeFrames } from './strange-frames.js'
import type { SurprisingEvents } from './surprising-events.js'

/** What a finding of a source is built with. */
export interface SourceFacts {
  readonly loaded: LoadedBundle
  readonly source: string
  readonly named: (template: number) => NamedTemplate
  /** Known template that is most like a new one. */
  readonly nearestTo: (template: number) => number | undefined
}

/** A strange window as a finding. */
export function windowFinding(
  verdict: WindowVerdict,
  {
    loaded,
    source,
    named,
    nearestTo,
    recent,
    surprising,
    frames,
  }: SourceFacts & {
    readonly recent: RecentRows
    readonly surprising: SurprisingEvents
    readonly frames: StrangeFrames
  },
): Finding {
  const { startRow, endRow, endLine, score, pValue } = verdict
  const { windows: model } = loaded.bundle
  const spoke = detectorsOf(ensembleDetectors(model), verdict, model.budget)
  const strange = spoke.flatMap(({ name }) => frames.strongest(name, startRow, endRow) ?? [])
  const fromElsewhere = spoke.map(({ name }) => {
    if (name === SEQUENCE_DETECTOR) return surprising.between(startRow, endRow)
    return strange.find(({ detector }) => detector === name)?.evidence ?? []
  })
  // What the rarest says comes first, from wherever it is.
  const all = [...fromElsewhere[0], ...verdict.evidence, ...fromElsewhere.slice(1).flat()]
  const templates = Array.from({ length: endRow - startRow }, (_, i) => recent.templateAt(startRow + i))
  const evidence = newFirst(worthTelling(all), { templates, known: loaded.bundle.templates.templates.length })
    .slice(0, MOST_EVIDENCE)
    .map((one) => (one.kind === 'new-template' ? withNearest(one, nearestTo(one.template)) : one))
  const shown = linesOfWindow(evidence, rowsOfWindow({ startRow, endRow }, strange, recent))
  return buildFinding(
    {
      unit: 'window',
      source,
      session: null,
      firstLine: strange.reduce((first, frame) => Math.min(first, frame.startLine), verdict.startLine),
      lastLine: endLine,
      firstByte: recent.at(startRow)?.byteOffset ?? 0,
      records: endRow - strange.reduce((first, frame) => Math.min(first, frame.startRow), startRow),
      startTime: strange.reduce(earlier, timeOrNull(verdict.startTime)),
      endTime: timeOrNull(verdict.endTime),
      score,
      pValue,
      detectors: spoke,
      evidence,
    },
    shown,
    named,
  )
}

/** The rows of a window, and those that were kept of the windows of time that make it strange. */
function rowsOfWindow(
  { startRow, endRow }: { readonly startRow: number; readonly endRow: number },
  strange: readonly StrangeFrame[],
  recent: RecentRows,
): RowsOfUnit {
  const kept = new Map(strange.flatMap(({ rows }) => rows.map((row) => [row.row, row] as const)))
  // Evidence may name a row long before the window; whether that is still known depends on how rows came in batches.
  const known = startRow - CONTEXT_LINES
  return {
    startRow: Math.min(startRow, ...kept.keys()),
    endRow,
    templateAt: (row) => (row >= known ? recent.templateAt(row) : (kept.get(row)?.template ?? -1)),
    at: (row) => (row >= known ? recent.at(row) : kept.get(row)),
  }
}

function earlier(time: number | null, { startTime }: StrangeFrame): number | null {
  return time === null ? startTime : Math.min(time, startTime)
}

/** Those whose p-value is within the budget, rarest first; where none is, the rarest. */
function detectorsOf(
  names: readonly string[],
  { pValues }: WindowVerdict,
  budget: number,
): { name: string; pValue: number }[] {
  const all = names.map((name, d) => ({ name, pValue: pValues[d] }))
  all.sort((a, b) => a.pValue - b.pValue)
  const spoke = all.filter(({ pValue }) => pValue <= budget)
  return spoke.length > 0 ? spoke : all.slice(0, 1)
}

/**
 * Of counts those at least half as strong as the strongest; and something missing only where the strongest is missing: a
 * window has a fixed number of rows, so that where much of one thing happens there is less of everything else.
 */
function worthTelling(evidence: readonly Evidence[]): Evidence[] {
  const [strongest] = evidence
  return evidence.filter(({ kind, surprise }) => {
    if (kind === 'less-frequent') return strongest.kind === kind && surprise >= strongest.surprise / 2
    return kind !== 'more-frequent' || surprise >= strongest.surprise / 2
  })
}

/** That a line of a new kind does not follow from those before it is told as what it is: a new kind, once. */
function newFirst(
  evidence: readonly Evidence[],
  { templates, known }: { readonly templates: readonly number[]; readonly known: number },
): Evidence[] {
  const told = new Set(evidence.flatMap((one) => (one.kind === 'new-template' ? [one.template] : [])))
  return evidence.flatMap((one): Evidence[] => {
    if (one.kind !== 'unexpected-order' || one.template < known || one.expected.length > 0) return [one]
    const { template, surprise } = one
    const count = templates.filter((other) => other === template).length
    if (told.has(template) || count === 0) return count === 0 ? [one] : []
    told.add(template)
    return [{ kind: 'new-template', template, count, expected: 0, surprise }]
  })
}

function withNearest(evidence: CountEvidence, nearest: number | undefined): CountEvidence {
  return nearest === undefined ? evidence : { ...evidence, nearest }
}

function timeOrNull(time: number): number | null {
  return Number.isNaN(time) ? null : time
}
