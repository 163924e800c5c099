import type { Evidence, Finding, FindingLine, NamedTemplate } from '@sp/log-table'
import { cutText } from '../plain-text.js'
import type { IncidentLine } from './incident.js'
import { reasonKey } from './signature.js'

/** The lines of one finding that an incident keeps as an example. */
export interface Specimen {
  readonly finding: string
  readonly score: number
  readonly source: string
  readonly lines: readonly SpecimenLine[]
}

/** A line of a finding; the evidence it shows by the key of its reason, which other findings share. */
export interface SpecimenLine extends Omit<FindingLine, 'evidence'> {
  readonly reason: string | null
}

/** A line with the source it stands in. */
export interface PlacedLine extends SpecimenLine {
  readonly source: string
}

/** Longest text of a record that an incident keeps, in characters: a page of a stack trace. */
const KEPT_CHARACTERS = 2000
/** Lines of a finding that an incident keeps. */
const KEPT_LINES = 60

/** The lines of a finding as an example of its incident. */
export function specimenOf(finding: Finding): Specimen {
  const lines = finding.lines.slice(0, KEPT_LINES).map((line) => {
    const shown: Evidence<NamedTemplate> | undefined =
      line.evidence === null ? undefined : finding.evidence[line.evidence]
    return keptLine(line, shown === undefined ? null : reasonKey(shown))
  })
  return { finding: finding.id, score: finding.score, source: finding.source, lines }
}

/** A line of a finding, as an incident keeps it. */
export function placedLine(line: FindingLine, source: string, reason: string): PlacedLine {
  return { ...keptLine(line, reason), source }
}

function keptLine({ evidence: _, ...line }: FindingLine, reason: string | null): SpecimenLine {
  const { text, cutCharacters } = cutText(line.text, KEPT_CHARACTERS)
  return { ...line, text, cutCharacters: line.cutCharacters + cutCharacters, reason }
}

/** How the lines of an incident are shared among its first, its strongest and its last finding. */
const SHARES: readonly (readonly number[])[] = [[1], [0.6, 0.4], [0.5, 0.3, 0.2]]
/** Of the lines of a finding, how many are evidence where there is context too. */
const EVIDENCE_SHARE = 0.65

/**
 * The lines that an incident shows, in the order of the log: one for each reason, then those of its findings.
 * @param from.examples a line of each reason that is listed
 * @param from.specimens the first finding, the strongest, the last; each once
 * @param options.reasons keys of the reasons that are listed, in their order
 * @param options.limit most lines
 */
export function chooseLines(
  { examples, specimens }: { readonly examples: readonly PlacedLine[]; readonly specimens: readonly Specimen[] },
  { reasons, limit }: { readonly reasons: readonly string[]; readonly limit: number },
): IncidentLine[] {
  const indexOf = new Map(reasons.map((key, index) => [key, index]))
  const sources = [...new Set([...specimens, ...examples].map(({ source }) => source))]
  const chosen = new Map<string, IncidentLine>()
  function choose({ reason, ...line }: PlacedLine): void {
    chosen.set(placeKey(line), { ...line, reason: reason === null ? null : (indexOf.get(reason) ?? null) })
  }
  examples.slice(0, limit).forEach(choose)
  for (const [i, { source, lines }] of specimens.entries()) {
    const left = limit - chosen.size
    const isLast = i === specimens.length - 1
    const quota = isLast ? left : Math.min(left, Math.ceil(limit * SHARES[specimens.length - 1][i]))
    const fresh = lines.map((line) => ({ ...line, source })).filter((line) => !chosen.has(placeKey(line)))
    linesOf(fresh, quota, indexOf).forEach(choose)
  }
  return [...chosen.values()].sort(
    (a, b) =>
      sources.indexOf(a.source) - sources.indexOf(b.source) || a.lineNo - b.lineNo || a.byteOffset - b.byteOffset,
  )
}

/** So many of a finding's lines: evidence first, every reason its share, then the context nearest to its first line. */
function linesOf(lines: readonly PlacedLine[], quota: number, rank: ReadonlyMap<string, number>): PlacedLine[] {
  const evidence = inTurn(
    lines.filter(({ role }) => role === 'evidence'),
    rank,
  )
  const anchor = evidence[0]?.lineNo ?? lines[0]?.lineNo ?? 0
  const context = lines
    .filter(({ role }) => role === 'context')
    .sort((a, b) => Math.abs(a.lineNo - anchor) - Math.abs(b.lineNo - anchor) || a.lineNo - b.lineNo)
  const forEvidence = Math.max(Math.ceil(quota * EVIDENCE_SHARE), quota - context.length)
  const shown = evidence.slice(0, Math.min(quota, forEvidence))
  return [...shown, ...context.slice(0, quota - shown.length)]
}

/** Every reason gives its first line, then every reason its last, its second, its third, and so on. */
function inTurn(lines: readonly PlacedLine[], rank: ReadonlyMap<string, number>): PlacedLine[] {
  const byReason = new Map<string, PlacedLine[]>()
  for (const line of lines) {
    const key = line.reason ?? ''
    const own = byReason.get(key)
    if (own) own.push(line)
    else byReason.set(key, [line])
  }
  const queues = [...byReason]
    .sort(([a], [b]) => (rank.get(a) ?? Infinity) - (rank.get(b) ?? Infinity) || 0)
    .map(([, own]) => firstThenLast(own))
  const longest = queues.reduce((most, queue) => Math.max(most, queue.length), 0)
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat()
}

function firstThenLast(lines: readonly PlacedLine[]): PlacedLine[] {
  if (lines.length < 3) return [...lines]
  return [lines[0], lines[lines.length - 1], ...lines.slice(1, -1)]
}

function placeKey({ source, lineNo, byteOffset }: Pick<PlacedLine, 'source' | 'lineNo' | 'byteOffset'>): string {
  return `${lineNo} ${byteOffset} ${source}`
}
