import type { Evidence, Finding, FindingLine, NamedTemplate } from '@sp/log-table'

/** Strength from which evidence is told even beside much stronger one: about one chance in a hundred million. */
const STRONG = 8

/**
 * The evidence worth telling: at least half as strong as the strongest, or strong in itself, or a new template. What is
 * missing from a window is told only where that is the strongest: a window has a fixed number of records, so that where
 * much of one thing happens there is less of everything else.
 */
export function tellingEvidence(evidence: readonly Evidence<NamedTemplate>[]): Evidence<NamedTemplate>[] {
  const sorted = [...evidence].sort((a, b) => b.surprise - a.surprise)
  const [strongest] = sorted
  return sorted.filter(
    ({ kind, surprise }) =>
      (surprise >= strongest.surprise / 2 || surprise >= STRONG || kind === 'new-template') &&
      (kind !== 'less-frequent' || strongest.kind === 'less-frequent'),
  )
}

/** Lines as near as this to a line of evidence are its context, whatever they were shown for. */
const NEAR_LINES = 4

/**
 * A finding with only the evidence worth telling, strongest first. Lines that showed other evidence become context where
 * they stand beside a line that is told, and are left out elsewhere.
 */
export function toldFinding(finding: Finding): Finding {
  const evidence = tellingEvidence(finding.evidence)
  function indexOf(line: FindingLine): number {
    return line.evidence === null ? -1 : evidence.indexOf(finding.evidence[line.evidence])
  }
  const told = finding.lines.filter((line) => indexOf(line) >= 0).map(({ lineNo }) => lineNo)
  const lines = finding.lines.flatMap((line): FindingLine[] => {
    const index = indexOf(line)
    if (index >= 0) return [{ ...line, evidence: index }]
    const isBeside = line.evidence === null || told.some((lineNo) => Math.abs(lineNo - line.lineNo) <= NEAR_LINES)
    return isBeside ? [{ ...line, role: 'context', evidence: null }] : []
  })
  return { ...finding, evidence, lines }
}

/** What two pieces of evidence have in common when they say the same of the same template. */
export function reasonKey(evidence: Evidence<NamedTemplate>): string {
  switch (evidence.kind) {
    case 'session-length':
    case 'session-counts':
      return evidence.kind
    case 'series':
      return `series ${evidence.series} ${evidence.direction}`
    case 'value':
      return `value ${nameOf(evidence.template)} ${evidence.position}`
    case 'unexpected-order':
    case 'missing-step':
    case 'late':
      return `${evidence.kind} ${nameOf(evidence.template)} ${evidence.after ? nameOf(evidence.after) : ''}`
    default:
      return `${evidence.kind} ${nameOf(evidence.template)}`
  }
}

/**
 * What evidence is about, in words that detectors share: `+` more than normal of a template, `-` less, `new`, `order`,
 * `late`, `value`, `end`; `longer` and `shorter` of a session. Strongest first, each once; what says little (the
 * length) last.
 * @param evidence strongest first
 */
export function signatureItems(evidence: readonly Evidence<NamedTemplate>[], limit = SIGNATURE_ITEMS): string[] {
  const items = evidence.flatMap(itemsOf)
  const telling = items.filter((item) => !isVague(item))
  return [...new Set([...telling, ...items.filter(isVague)])].slice(0, limit)
}

/** Items of a signature: more would say the same. */
export const SIGNATURE_ITEMS = 8

/**
 * How alike two signatures are, 0..1: the weight of what both hold over the weight of what either holds, the first item
 * weighing 1, the second 1/2, the third 1/3.
 */
export function signatureSimilarity(a: readonly string[], b: readonly string[]): number {
  if (!a.some((item) => b.includes(item))) return 0
  const [left, right] = [weightsOf(a), weightsOf(b)]
  let [both, either] = [0, 0]
  for (const item of new Set([...a, ...b])) {
    const [x, y] = [left.get(item) ?? 0, right.get(item) ?? 0]
    both += Math.min(x, y)
    either += Math.max(x, y)
  }
  return either === 0 ? 0 : both / either
}

/** Signatures at least this alike are of the same kind: they share their first item, or several others. */
export const ALIKE = 0.5

function weightsOf(items: readonly string[]): Map<string, number> {
  return new Map(items.map((item, rank) => [item, 1 / (rank + 1)]))
}

function isVague(item: string): boolean {
  return item === 'longer' || item === 'shorter'
}

function itemsOf(evidence: Evidence<NamedTemplate>): string[] {
  switch (evidence.kind) {
    case 'new-template':
      return [`new ${nameOf(evidence.template)}`]
    case 'more-frequent':
    case 'burst':
    case 'spread':
      return [`+ ${nameOf(evidence.template)}`]
    case 'less-frequent':
    case 'silence':
    case 'missing-step':
      return [`- ${nameOf(evidence.template)}`]
    case 'unexpected-order':
      return [`order ${nameOf(evidence.template)}`]
    case 'late':
      return [`late ${nameOf(evidence.template)}`]
    case 'value':
      return [`value ${nameOf(evidence.template)} ${evidence.position}`]
    case 'session-end':
      return [`end ${nameOf(evidence.template)}`]
    case 'new-habit':
      return [`habit ${nameOf(evidence.template)}`]
    case 'session-length':
      return [evidence.events > evidence.longest ? 'longer' : 'shorter']
    case 'session-counts':
      return evidence.differences.map(
        ({ template, count, usual }) => `${count > usual ? '+' : '-'} ${nameOf(template)}`,
      )
    case 'series':
      return [
        `${evidence.direction === 'up' ? '+' : '-'} ${evidence.template ? nameOf(evidence.template) : evidence.series}`,
      ]
  }
}

/** Ids that follow from the form are the same in every log, known or not; others mean something in one run only. */
function nameOf({ id, text }: NamedTemplate): string {
  return STABLE_ID.test(id) ? id.replace(/^n/, '') : text
}

const STABLE_ID = /^n?t[0-9a-f]{12}$/
