import type { NamedTemplate, Template, TemplateTable } from '@sp/log-table'
import { alikeTemplate } from '../detector/alike-template.js'

/** The templates that the evidence of the steps speaks of: those of the parsed log, and what only evidence names. */
export class StepTemplates {
  readonly #table: Template[]
  readonly #codes: Map<string, number>
  readonly #codeOfText: Map<string, number>
  readonly #known: Int32Array
  readonly #nearest = new Map<number, number | undefined>()

  /**
   * The templates of a log.
   * @param table of the parsed log, by code
   * @param isKnown by code: whether the template occurs in the normal part; empty where nothing says so
   */
  constructor(table: TemplateTable, isKnown: ArrayLike<boolean>) {
    this.#table = [...table]
    this.#codes = new Map(table.map(({ id }, code) => [id, code]))
    this.#codeOfText = new Map(table.map(({ text }, code) => [text, code]))
    this.#known = Int32Array.from([...table.keys()].filter((code) => isKnown[code]))
  }

  /** All of them, by code. */
  get table(): TemplateTable {
    return this.#table
  }

  /** Takes over a table that begins with the templates of the log and goes on with what only evidence names. */
  adopt(table: TemplateTable): void {
    for (const template of table.slice(this.#table.length)) this.codeOf(template)
  }

  /** Code of a template by its id. */
  codeOf({ id, text }: NamedTemplate): number {
    return this.#codes.get(id) ?? this.#add(id, text)
  }

  /** Code of a template by its text, for files that name templates so. */
  codeOfText(text: string): number {
    return this.#codeOfText.get(text) ?? this.#add('', text)
  }

  /** Id and text of a code. */
  named(code: number): NamedTemplate {
    const { id, text } = this.#table[code]
    return { id, text }
  }

  /** Code of the known template most like a new one; `undefined` where none is, or none is known to be normal. */
  nearestTo(code: number): number | undefined {
    if (!this.#nearest.has(code)) {
      const texts = Array.from(this.#known, (known) => (known === code ? null : this.#table[known].text))
      const index = alikeTemplate(this.#table[code].text, texts)
      this.#nearest.set(code, index === undefined ? undefined : this.#known[index])
    }
    return this.#nearest.get(code)
  }

  #add(id: string, text: string): number {
    const code = this.#table.push({ id, text, count: 0 }) - 1
    if (id !== '') this.#codes.set(id, code)
    this.#codeOfText.set(text, code)
    return code
  }
}
