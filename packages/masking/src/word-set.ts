/** A set of short ASCII words that are looked up by their bytes, so that no string has to be made. */
export class WordSet {
  /** By a hash of their letters, as many places as a power of two; words with the same hash share a place. */
  readonly #words: readonly Uint8Array[][]
  readonly #fold: number

  private constructor(words: readonly string[], fold: number) {
    this.#fold = fold
    this.#words = Array.from({ length: 2 ** Math.ceil(Math.log2(PLACES_A_WORD * words.length)) }, () => [])
    for (const word of words) {
      const bytes = Buffer.from(word).map((byte) => byte | fold)
      this.#alike(bytes, 0, bytes.length).push(bytes)
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
    for (const word of this.#alike(text, start, end)) if (this.#isSame(word, text, start, end)) return true
    return false
  }

  #isSame(word: Uint8Array, text: Uint8Array, start: number, end: number): boolean {
    if (word.length !== end - start) return false
    for (let i = 0; i < word.length; i++) if (word[i] !== (text[start + i] | this.#fold)) return false
    return true
  }

  #alike(text: Uint8Array, start: number, end: number): Uint8Array[] {
    let hash = end - start
    for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + (text[at] | this.#fold)
    return this.#words[(hash ^ (hash >>> 7)) & (this.#words.length - 1)]
  }
}

const PLACES_A_WORD = 4

/** The bit in which a small letter differs from a capital. */
const CASE = 32
