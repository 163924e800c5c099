/** One template: the constant text of a kind of message. */
export interface Template {
  /** Stable name of the template, unique within its table. */
  readonly id: string
  /** Final text, open places written `<*>` or as mask tokens. */
  readonly text: string
  /** Records assigned so far. */
  readonly count: number
}

/**
 * The templates of a stream; a template's index is its code in `ParsedLog.template`.
 * Texts and counts are final once the last batch was read.
 */
export type TemplateTable = readonly Template[]
