import type { BaseMiner } from '@sp/drain'
import type { NamedTemplate, TemplateTable } from '@sp/log-table'

/** Known of a masked text: not looked up yet. */
const UNASKED = -2

/**
 * The templates of a bundle: which of them a masked message fits. Nothing is ever learned; one object serves all
 * sources. Masked messages repeat, so each distinct one is matched once.
 */
export class KnownTemplates {
  readonly #miner: BaseMiner
  /** By code of the miner, the index in `templates`. */
  readonly #indexOfCode: Int32Array
  #texts: readonly string[] | null = null
  #values: readonly string[] = []
  /** By index in `#values`. */
  #found: number[] = []

  /**
   * Templates that `miner` learned.
   * @param templates each once; the index is the code that rows get
   */
  constructor(
    miner: BaseMiner,
    readonly templates: TemplateTable,
  ) {
    this.#miner = miner
    const indexOf = new Map(templates.map(({ id }, index) => [id, index]))
    this.#indexOfCode = Int32Array.from(miner.templates(), ({ id }) => indexOf.get(id) ?? -1)
  }

  /** Whether every template of the miner is among them: else the miner says another than it said in training. */
  get isWhole(): boolean {
    return this.#indexOfCode.every((index) => index >= 0)
  }

  /**
   * Index of the template that a masked text fits, −1 for none.
   * @param values distinct masked texts that are appended to, as a masker gives them; `code` is an index in them
   */
  find(values: readonly string[], code: number): number {
    if (values !== this.#values) {
      this.#values = values
      this.#found = []
    }
    while (this.#found.length <= code) this.#found.push(UNASKED)
    let found = this.#found[code]
    if (found === UNASKED) this.#found[code] = found = this.#match(values[code])
    return found
  }

  /** A miner that goes on learning from what this one knows; nothing here changes. */
  fork(): BaseMiner {
    return this.#miner.copy()
  }

  /** Text of each template, by code. */
  get texts(): readonly string[] {
    return (this.#texts ??= this.templates.map(({ text }) => text))
  }

  /** A template by its code. */
  named(code: number): NamedTemplate {
    const { id, text } = this.templates[code]
    return { id, text }
  }

  #match(masked: string): number {
    const code = this.#miner.match(masked, { search: 'fallback' })
    return code < 0 ? -1 : this.#indexOfCode[code]
  }
}
