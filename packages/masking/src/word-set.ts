/** A set of short ASCII words that are looked up by their bytes, so that no string has to be made. */
export class WordSet {
  /** By a hash of their letters; words with the same hash share an entry. */
  readonly #words = new Map<number, Uint8Array[]>()
  readonly #fold: number

  private constructor(words: readonly string[], fold: number) {
    this.#fold = fold
    for (const word of words) {
      const bytes = Buffer.from(word).map((byte) => byte | fold)
      const hash = this.#hashOf(bytes, 0, bytes.length)
      this.#words.set(hash, [...(this.#words.get(hash) ?? []), bytes])
    }
  }

  /**
   * A set of words.
   * @param words separated by spaces
   * @param options.ignoresCase take capitals for small letters
   */
  static of(words: string, { ignoresCase = false } = {}): WordSet {
    return new WordSet(words.split(' '), ignoresCase ? CASE : 0)
  }

  /** Whether the text between two positions is one of the words. */
  has(text: Uint8Array, start: number, end: number): boolean {
    const alike = this.#words.get(this.#hashOf(text, start, end))
    if (alike === undefined) return false
    for (const word of alike) if (this.#isSame(word, text, start, end)) return true
    return false
  }

  #isSame(word: Uint8Array, text: Uint8Array, start: number, end: number): boolean {
    if (word.length !== end - start) return false
    for (let i = 0; i < word.length; i++) if (word[i] !== (text[start + i] | this.#fold)) return false
    return true
  }

  #hashOf(text: Uint8Array, start: number, end: number): number {
    let hash = end - start
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (text[at] | this.#fold)) & 0x3fffffff
    return hash
  }
}

/** The bit in which a small letter differs from a capital. */
const CASE = 32
