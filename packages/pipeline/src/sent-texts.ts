/** What was added to a list of texts since it was sent last. */
export interface SentTexts {
  /** None of the list was sent before; else it is that of the piece before. */
  readonly isNew: boolean
  readonly texts: readonly string[]
}

/** Tells another thread lists of texts that grow: what it has heard of already is not sent again. */
export class TextSender {
  #list: readonly string[] = []
  #sent = 0

  /** What the other thread does not know of a list. */
  piece(list: readonly string[]): SentTexts {
    const isNew = list !== this.#list
    const texts = list.slice(isNew ? 0 : this.#sent)
    this.#list = list
    this.#sent = list.length
    return { isNew, texts }
  }
}

/** The lists that a {@link TextSender} tells of, from its pieces in their order. */
export class TextReceiver {
  #list: string[] = []

  /** The list that a piece belongs to, as far as it has become known: the same array for as long as it grows. */
  list({ isNew, texts }: SentTexts): readonly string[] {
    if (isNew) this.#list = []
    for (const text of texts) this.#list.push(text)
    return this.#list
  }
}
