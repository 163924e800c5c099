import type { TemplateTable } from '@sp/log-table'
import { DrainError } from './errors.js'
import { ListCache, type RepeatedMessages } from './list-cache.js'
import type { EvidenceSnapshot } from './evidence-snapshot.js'
import { restoreMiner } from './restore-miner.js'
import type { DrainSnapshot } from './snapshot.js'
import type { BaseMiner, TemplateMiner } from './template-miner.js'

/** The state of a {@link NoveltyMiner} as plain JSON, version 1. */
export interface NoveltySnapshot {
  readonly format: 'sp-novelty'
  readonly version: 1
  readonly base: DrainSnapshot | EvidenceSnapshot
  /** Lines assigned to each base code since the miner was made. */
  readonly baseCounts: readonly number[]
  readonly overlay: DrainSnapshot | EvidenceSnapshot
}

/**
 * Assigns messages to the templates of a frozen miner, and groups those that fit none among their like with a second
 * one, the overlay: what is new is neither forced into known templates nor left as a heap of single lines, and scoring
 * a log never changes what was learned.
 *
 * Codes below `baseCount` are those of the base; overlay templates follow, with an `n` before their ids (`n1`, `nt5c…`).
 */
export class NoveltyMiner implements TemplateMiner {
  readonly #base: BaseMiner
  readonly #overlay: BaseMiner
  readonly #baseCounts: number[]
  readonly #matchedInList = new ListCache<number>()

  private constructor(base: BaseMiner, overlay: BaseMiner, baseCounts: number[]) {
    this.#base = base
    this.#overlay = overlay
    this.#baseCounts = baseCounts
  }

  /**
   * A miner over a copy of the base as it is now; what the base learns later does not matter to it.
   *
   * @param options `overlay`: the miner that learns what is new; default one like the base, its mask included
   */
  static over(base: BaseMiner, { overlay = base.fresh() }: { overlay?: BaseMiner } = {}): NoveltyMiner {
    const frozen = base.copy()
    const baseCounts = frozen.templates().map(() => 0)
    return new NoveltyMiner(frozen, overlay, baseCounts)
  }

  /**
   * The miner that a snapshot was taken of.
   *
   * @throws {DrainError} bad-snapshot when it is not a snapshot of this version, or contradicts itself
   */
  static restore(snapshot: unknown, options: { readonly mask?: (message: string) => string } = {}): NoveltyMiner {
    const { format, version, base, baseCounts, overlay } = (snapshot ?? {}) as Partial<NoveltySnapshot>
    if (format !== 'sp-novelty' || version !== 1) {
      throw badSnapshot(`format ${JSON.stringify(format)}, version ${JSON.stringify(version)}`)
    }
    const miner = restoreMiner(base, options)
    const templates = miner.templates().length
    if (!Array.isArray(baseCounts) || baseCounts.length !== templates || !baseCounts.every(Number.isSafeInteger)) {
      throw badSnapshot(`baseCounts is not a list of ${templates} counts, one for each base code`)
    }
    return new NoveltyMiner(miner, restoreMiner(overlay, options), [...baseCounts])
  }

  /** Number of base codes: a code of this or more is a new template. */
  get baseCount(): number {
    return this.#baseCounts.length
  }

  /** The code of the base template that fits; where none does, the overlay learns the message. */
  learn(message: string): number {
    const baseCode = this.#matchBase(message)
    if (baseCode < 0) return this.#learnNew(message)
    this.#baseCounts[baseCode]++
    return baseCode
  }

  /** As {@link NoveltyMiner.learn} of each message in turn. */
  learnAll({ values, codes }: RepeatedMessages): Int32Array {
    // The base is frozen, so what matched once matches again.
    const matched = this.#matchedInList.of(values)
    const counts = this.#baseCounts
    const found = new Int32Array(codes.length)
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row]
      const baseCode = (matched[code] ??= this.#matchBase(values[code]))
      if (baseCode < 0) found[row] = this.#learnNew(values[code])
      else {
        counts[baseCode]++
        found[row] = baseCode
      }
    }
    return found
  }

  /** The code of the base or overlay template that fits, −1 for none. Never changes the state. */
  match(message: string): number {
    const code = this.#matchBase(message)
    if (code >= 0) return code
    const overlayCode = this.#overlay.match(message, { search: 'fallback' })
    return overlayCode < 0 ? -1 : this.baseCount + overlayCode
  }

  /** Base templates, then overlay templates. Counts are lines assigned by this miner, not what the base had learned. */
  templates(): TemplateTable {
    const base = this.#base.templates()
    const counts = new Map<string, number>()
    for (const [code, { id }] of base.entries()) counts.set(id, (counts.get(id) ?? 0) + this.#baseCounts[code])
    const known = base.map((template) => ({ ...template, count: counts.get(template.id)! }))
    const novel = this.#overlay.templates().map((template) => ({ ...template, id: `n${template.id}` }))
    return [...known, ...novel]
  }

  /** Base, overlay and counts as plain JSON, to be given to {@link NoveltyMiner.restore}. */
  snapshot(): NoveltySnapshot {
    return {
      format: 'sp-novelty',
      version: 1,
      base: this.#base.snapshot(),
      baseCounts: [...this.#baseCounts],
      overlay: this.#overlay.snapshot(),
    }
  }

  #learnNew(message: string): number {
    return this.baseCount + this.#overlay.learn(message)
  }

  // Beyond the tree too, or a line that the base has learned could come out as new.
  #matchBase(message: string): number {
    return this.#base.match(message, { search: 'fallback' })
  }
}

function badSnapshot(seen: string): DrainError {
  return new DrainError(
    'bad-snapshot',
    `novelty snapshot, ${seen}; expected what NoveltyMiner.snapshot() wrote (format sp-novelty, version 1); ` +
      'make the miner again with NoveltyMiner.over(base)',
  )
}
