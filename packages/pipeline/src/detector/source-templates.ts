import { EvidenceMiner, type EvidenceSnapshot } from '@sp/drain'
import type { DistinctTexts, NamedTemplate } from '@sp/log-table'
import { alikeTemplate } from './alike-template.js'
import type { KnownTemplates } from './known-templates.js'

/** Kinds of new messages that are told apart in one source; beyond it they share the last one. */
const MOST_NEW = 5_000

/** The new kinds of a source, as plain JSON. */
export interface SourceTemplatesSnapshot {
  readonly kinds: EvidenceSnapshot
  readonly fresh: readonly NamedTemplate[]
}

/**
 * Template codes of the rows of one source: those of the bundle, and behind them one for each new kind of message, in
 * order of appearance. A new kind is named by its first line, so its name does not depend on what comes later.
 */
export class SourceTemplates {
  readonly #known: KnownTemplates
  readonly #kinds: EvidenceMiner
  readonly #fresh: NamedTemplate[]
  readonly #nearest = new Map<number, number | undefined>()

  constructor(known: KnownTemplates, snapshot?: SourceTemplatesSnapshot) {
    this.#known = known
    this.#kinds = snapshot ? EvidenceMiner.restore(snapshot.kinds) : EvidenceMiner.create({ mostKinds: MOST_NEW })
    this.#fresh = [...(snapshot?.fresh ?? [])]
  }

  /** The codes of rows by their masked messages. */
  codesOf({ values, codes }: DistinctTexts): Int32Array {
    return codes.map((code) => {
      const known = this.#known.find(values, code)
      return known >= 0 ? known : this.#known.templates.length + this.#newKind(values[code])
    })
  }

  /** Id and text of a code. */
  named(code: number): NamedTemplate {
    const known = this.#known.templates.length
    return code < known ? this.#known.named(code) : this.#fresh[code - known]
  }

  /** Whether the bundle knows the template of a code. */
  isKnown(code: number): boolean {
    return code < this.#known.templates.length
  }

  /** Code of the bundle's template that is most like a new one; `undefined` where none is, or it is no new one. */
  nearestTo(code: number): number | undefined {
    if (this.isKnown(code)) return undefined
    if (!this.#nearest.has(code)) this.#nearest.set(code, alikeTemplate(this.named(code).text, this.#known.texts))
    return this.#nearest.get(code)
  }

  /** What the source has shown so far. */
  snapshot(): SourceTemplatesSnapshot {
    return { kinds: this.#kinds.snapshot(), fresh: [...this.#fresh] }
  }

  #newKind(masked: string): number {
    const kind = this.#kinds.learn(masked)
    if (kind === this.#fresh.length) this.#fresh.push(nameOf(masked))
    return kind
  }
}

/** The template of a message by itself: its figures open, its words as they are. */
function nameOf(masked: string): NamedTemplate {
  const alone = EvidenceMiner.create()
  alone.learn(masked)
  const [{ id, text }] = alone.templates()
  return { id: `n${id}`, text }
}
