import type { Evidence, Finding, NamedTemplate } from '@sp/log-table'

/** What findings have told of a template. */
export interface ToldTemplate {
  readonly id: string
  readonly text: string
  /** Findings that speak of it. */
  readonly findings: number
  /** How often each kind of evidence spoke of it, most often first. */
  readonly kinds: readonly { readonly kind: Evidence['kind']; readonly count: number }[]
  /** Sources in which it was told; at most ten are named. */
  readonly sources: readonly string[]
  readonly firstMs: number
  readonly lastMs: number
  /** A line that shows it, as it was; `null` where none did. */
  readonly example: string | null
}

interface Entry {
  readonly text: string
  findings: number
  readonly kinds: Map<Evidence['kind'], number>
  readonly sources: Set<string>
  readonly firstMs: number
  lastMs: number
  example: string | null
}

const MOST_SOURCES = 10
const MOST_EXAMPLE = 500

/** The templates that findings speak of, bounded: the one told longest ago is forgotten first. */
export class TemplateBook {
  readonly #most: number
  readonly #entries = new Map<string, Entry>()

  constructor(most: number) {
    this.#most = most
  }

  /** Templates told of. */
  get size(): number {
    return this.#entries.size
  }

  /** Takes in a finding. */
  add(finding: Finding, nowMs: number): void {
    const told = new Set<string>()
    for (const [index, evidence] of finding.evidence.entries()) {
      if (!('template' in evidence) || evidence.template === null || evidence.template.id === '') continue
      const entry = this.#entry(evidence.template, nowMs)
      if (!told.has(evidence.template.id)) entry.findings++
      told.add(evidence.template.id)
      entry.kinds.set(evidence.kind, (entry.kinds.get(evidence.kind) ?? 0) + 1)
      if (entry.sources.size < MOST_SOURCES) entry.sources.add(finding.source)
      entry.lastMs = nowMs
      const shown = finding.lines.find((line) => line.evidence === index)
      if (shown) entry.example = shown.text.slice(0, MOST_EXAMPLE)
    }
  }

  /** The templates, the one told last first. */
  list(): ToldTemplate[] {
    return [...this.#entries].reverse().map(([id, { kinds, sources, ...entry }]) => ({
      id,
      ...entry,
      kinds: [...kinds].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
      sources: [...sources],
    }))
  }

  #entry({ id, text }: NamedTemplate, nowMs: number): Entry {
    const entry = this.#entries.get(id) ?? {
      text,
      findings: 0,
      kinds: new Map(),
      sources: new Set<string>(),
      firstMs: nowMs,
      lastMs: nowMs,
      example: null,
    }
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!)
    return entry
  }
}
