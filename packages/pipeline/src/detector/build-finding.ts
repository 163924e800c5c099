import { createHash } from 'node:crypto'
import type { Evidence, Finding, NamedTemplate } from '@sp/log-table'
import type { ShownRows } from './finding-lines.js'
import type { RecentRow } from './recent-rows.js'

/** Pieces of evidence a finding tells: more are not read. */
export const MOST_EVIDENCE = 8
const MOST_NAMES = 5

/** A window or session as it was judged, before it is told. */
export interface StrangeUnit extends Pick<
  Finding,
  'unit' | 'source' | 'session' | 'firstLine' | 'lastLine' | 'records' | 'startTime' | 'endTime' | 'score' | 'pValue'
> {
  /** Offset of its first byte. */
  readonly firstByte: number
  readonly detectors: Finding['detectors']
  /** Strongest first. */
  readonly evidence: readonly Evidence[]
}

/** A strange unit as a finding. */
export function buildFinding(
  { firstByte, evidence, ...unit }: StrangeUnit,
  { lines, rows }: ShownRows,
  named: (template: number) => NamedTemplate,
): Finding {
  const { unit: kind, source, session, firstLine, lastLine } = unit
  return {
    id: idOf(kind, source, session, firstByte, firstLine, lastLine),
    ...unit,
    hosts: mostFrequent(rows, 'host'),
    processes: mostFrequent(rows, 'process'),
    evidence: evidence.map((one) => namedEvidence(one, named)),
    lines,
  }
}

/** Evidence with the templates it speaks of by id and text. */
export function namedEvidence(evidence: Evidence, named: (template: number) => NamedTemplate): Evidence<NamedTemplate> {
  switch (evidence.kind) {
    case 'new-template':
    case 'more-frequent':
    case 'less-frequent': {
      const { nearest, ...rest } = evidence
      const known = nearest === undefined ? {} : { nearest: nameOf(nearest, named) }
      return { ...rest, template: nameOf(evidence.template, named), ...known }
    }
    case 'session-length':
      return evidence
    case 'session-counts':
      return {
        ...evidence,
        differences: evidence.differences.map((one) => ({ ...one, template: nameOf(one.template, named) })),
      }
    case 'new-habit':
      return {
        ...evidence,
        template: nameOf(evidence.template, named),
        differences: evidence.differences.map((one) => ({ ...one, template: nameOf(one.template, named) })),
      }
    case 'series':
      return { ...evidence, template: evidence.template === null ? null : nameOf(evidence.template, named) }
    case 'unexpected-order':
      return {
        ...evidence,
        template: nameOf(evidence.template, named),
        after: evidence.after === null ? null : nameOf(evidence.after, named),
        // What came may be among the likeliest and yet be rare: it is not what was expected in its place.
        expected: evidence.expected.flatMap((one) => (one === evidence.template ? [] : [nameOf(one, named)])),
      }
    case 'missing-step':
    case 'late':
      return { ...evidence, template: nameOf(evidence.template, named), after: nameOf(evidence.after, named) }
    default:
      return { ...evidence, template: nameOf(evidence.template, named) }
  }
}

const NO_TEMPLATE: NamedTemplate = { id: '', text: '' }

function nameOf(template: number, named: (template: number) => NamedTemplate): NamedTemplate {
  return template < 0 ? NO_TEMPLATE : named(template)
}

function idOf(...place: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16)
}

function mostFrequent(rows: readonly RecentRow[], field: 'host' | 'process'): string[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const name = row[field]
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const names = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return names.slice(0, MOST_NAMES).map(([name]) => name)
}
