import { ensembleDetectors, type WindowVerdict } from '@sp/baseline'
import type { CountEvidence, Evidence, Finding, NamedTemplate } from '@sp/log-table'
import { buildFinding, MOST_EVIDENCE } from './build-finding.js'
import { CONTEXT_LINES, linesOfWindow } from './finding-lines.js'
import type { LoadedBundle } from './loaded-bundle.js'
import type { RecentRows } from './recent-rows.js'
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
  }: SourceFacts & { readonly recent: RecentRows; readonly surprising: SurprisingEvents },
): Finding {
  const { startRow, endRow, startLine, endLine, score, pValue } = verdict
  const { windows: model } = loaded.bundle
  const spoke = detectorsOf(ensembleDetectors(model), verdict, model.budget)
  const fromSequences = spoke.findIndex(({ name }) => name === 'deeplog')
  const ofSequences = fromSequences < 0 ? [] : surprising.between(startRow, endRow)
  const all = fromSequences === 0 ? [...ofSequences, ...verdict.evidence] : [...verdict.evidence, ...ofSequences]
  const templates = Array.from({ length: endRow - startRow }, (_, i) => recent.templateAt(startRow + i))
  const evidence = newFirst(worthTelling(all), { templates, known: loaded.bundle.templates.templates.length })
    .slice(0, MOST_EVIDENCE)
    .map((one) => (one.kind === 'new-template' ? withNearest(one, nearestTo(one.template)) : one))
  const shown = linesOfWindow(evidence, {
    startRow,
    endRow,
    templateAt: (row) => recent.templateAt(row),
    // Evidence may name a row long before the window; whether that is still kept depends on how rows came in batches.
    at: (row) => (row >= startRow - CONTEXT_LINES ? recent.at(row) : undefined),
  })
  return buildFinding(
    {
      unit: 'window',
      source,
      session: null,
      firstLine: startLine,
      lastLine: endLine,
      firstByte: recent.at(startRow)?.byteOffset ?? 0,
      records: endRow - startRow,
      startTime: timeOrNull(verdict.startTime),
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
