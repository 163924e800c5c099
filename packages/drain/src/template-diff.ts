import { distinctTemplates, type Template, type TemplateTable } from '@sp/log-table'

/** A template in both tables, and how often. */
export interface TemplateShift {
  /** As it is in the second table. */
  readonly id: string
  readonly text: string
  readonly before: number
  readonly after: number
  /** log2 of the ratio of its shares of the lines, half a line added to each count: 1 is twice as frequent. */
  readonly change: number
}

/** What became another template: evidence found since has widened or joined it. */
export interface TemplateMerge {
  readonly into: Template
  readonly from: readonly Template[]
}

/** How two tables of templates differ. */
export interface TemplateDiff {
  /** In the second alone, the most frequent first. */
  readonly added: TemplateTable
  /** In the first alone. */
  readonly removed: TemplateTable
  readonly merged: readonly TemplateMerge[]
  /** In both, or merged, with a share that at least doubled or halved; the greatest change in lines first. */
  readonly shifted: readonly TemplateShift[]
  /** Templates in both with neither new id nor shift. */
  readonly unchanged: number
}

/** How to tell which templates are the same. */
export interface DiffOptions {
  /** Ids of the first table → ids of the second, as `EvidenceMiner.renamed` and `history` give them; default none. */
  readonly renamed?: ReadonlyMap<string, string>
}

/** Fewer lines than this shift by chance. */
const FEWEST_LINES = 10

/**
 * Compares two tables of templates. Templates are the same when their ids are and these are hashes (`t…`), or when
 * `renamed` says so; templates of Drain, whose ids are numbers of one run, when their texts are.
 */
export function diffTemplates(
  before: TemplateTable,
  after: TemplateTable,
  { renamed = new Map() }: DiffOptions = {},
): TemplateDiff {
  const [old, present] = [before, after].map((table) => distinctTemplates(table).templates.filter(occurs))
  const byName = new Map(present.map((template) => [nameOf(template), template]))
  const sources = new Map<Template, Template[]>()
  const removed: Template[] = []
  for (const template of old) {
    const target = byName.get(renamed.get(template.id) ?? nameOf(template))
    if (target === undefined) removed.push(template)
    else sources.set(target, [...(sources.get(target) ?? []), template])
  }
  const merges = [...sources].filter(([into, from]) => from.some((each) => nameOf(each) !== nameOf(into)))
  const shifted = shiftsOf(sources, [linesOf(old), linesOf(present)])
  const changed = new Set([...merges.map(([into]) => into.id), ...shifted.map(({ id }) => id)])
  return {
    added: present.filter((template) => !sources.has(template)).sort(byCount),
    removed: removed.sort(byCount),
    merged: merges
      .map(([into, from]) => ({ into, from: [...from].sort(byCount) }))
      .sort((a, b) => byCount(a.into, b.into)),
    shifted,
    unchanged: sources.size - changed.size,
  }
}

function occurs({ count }: Template): boolean {
  return count > 0
}

const CONTENT_HASH = /^n?t[0-9a-f]{12}$/

function nameOf({ id, text }: Template): string {
  return CONTENT_HASH.test(id) ? id : text
}

function byCount(a: Template, b: Template): number {
  return b.count - a.count || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
}

function linesOf(table: TemplateTable): number {
  return table.reduce((sum, { count }) => sum + count, 0)
}

function shiftsOf(
  sources: ReadonlyMap<Template, readonly Template[]>,
  [linesBefore, linesAfter]: readonly number[],
): TemplateShift[] {
  const shifts = [...sources].map(([{ id, text, count: after }, from]) => {
    const before = linesOf(from)
    const change = Math.log2((after + 0.5) / (linesAfter + 1) / ((before + 0.5) / (linesBefore + 1)))
    return { id, text, before, after, change }
  })
  return shifts
    .filter(({ before, after, change }) => Math.abs(change) >= 1 && Math.max(before, after) >= FEWEST_LINES)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || (a.id < b.id ? -1 : 1))
}
