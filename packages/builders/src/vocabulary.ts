import { BuildersError } from './errors.js'

/** Index that fills a sequence up to its length; stands for no template. */
export const PAD = 0

/** Index of every template that the vocabulary does not hold. */
export const UNK = 1

const RESERVED = 2
const VERSION = 1

/** A vocabulary as plain data, fit for JSON. */
export interface VocabularyJson {
  readonly version: number
  /** Names in order of their index; the first one has index 2. */
  readonly names: readonly string[]
}

/**
 * Indices of template names (ids or texts) as a network reads them: 0 pads, 1 is unknown, templates start at 2.
 * An index never changes once given: a model's rows stay in place when the vocabulary is extended.
 */
export class Vocabulary {
  readonly #names: readonly string[]
  readonly #indices = new Map<string, number>()

  private constructor(names: readonly string[]) {
    this.#names = names
    names.forEach((name, i) => this.#indices.set(name, i + RESERVED))
  }

  /** A vocabulary of these names; repeated names count once. Indices follow their order as text. */
  static from(names: Iterable<string>): Vocabulary {
    return new Vocabulary([...new Set(names)].sort(compareNames))
  }

  /**
   * The vocabulary that {@link toJSON} wrote.
   * @throws {BuildersError} `bad-vocabulary` when the data is of another version, damaged, or names a template twice
   */
  static fromJSON(json: VocabularyJson): Vocabulary {
    if (json?.version !== VERSION) {
      throw new BuildersError('bad-vocabulary', `vocabulary version ${json?.version}, expected ${VERSION}; train again`)
    }
    const { names } = json
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
      throw new BuildersError('bad-vocabulary', 'vocabulary without a list of names; restore the file or train again')
    }
    if (new Set(names).size !== names.length) {
      throw new BuildersError('bad-vocabulary', 'vocabulary names a template twice; restore the file or train again')
    }
    return new Vocabulary([...names])
  }

  /** Number of indices, `PAD` and `UNK` included: the rows of an embedding, one more than the largest index. */
  get size(): number {
    return this.#names.length + RESERVED
  }

  /** Index of a name, `UNK` when it is not held. */
  indexOf(name: string): number {
    return this.#indices.get(name) ?? UNK
  }

  /** Name of an index, `null` for `PAD`, `UNK` and anything out of range. */
  nameOf(index: number): string | null {
    return this.#names[index - RESERVED] ?? null
  }

  /** A vocabulary that also holds these names: new ones get the next indices, in sorted order; old ones keep theirs. */
  extend(names: Iterable<string>): Vocabulary {
    const added = [...new Set(names)].filter((name) => !this.#indices.has(name)).sort(compareNames)
    return new Vocabulary([...this.#names, ...added])
  }

  /** Plain data for JSON; {@link fromJSON} reads it back. */
  toJSON(): VocabularyJson {
    return { version: VERSION, names: [...this.#names] }
  }
}

/** By UTF-16 code units, which is the same on every machine and in every language, unlike a locale's order. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
