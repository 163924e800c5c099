/** One template: the constant text of a kind of message. */
export interface Template {
  /** Stable name of the template. */
  readonly id: string
  /** Final text, open places written `<*>` or as mask tokens. */
  readonly text: string
  /** Records assigned so far. */
  readonly count: number
}

/**
 * The templates of a stream; a template's index is its code in `ParsedLog.template`.
 * Texts and counts are final once the last batch was read. Codes that turned out to mean one template have equal
 * entries; files hold each template once.
 */
export type TemplateTable = readonly Template[]

/** Each template of a table once, in order of its first code, and by code where it is among them. */
export function distinctTemplates(table: TemplateTable): {
  readonly templates: TemplateTable
  readonly indexOfCode: Int32Array
} {
  const templates: Template[] = []
  const indexOfId = new Map<string, number>()
  const indexOfCode = Int32Array.from(table, (template) => {
    const known = indexOfId.get(template.id)
    if (known !== undefined) return known
    indexOfId.set(template.id, templates.length)
    return templates.push(template) - 1
  })
  return { templates, indexOfCode }
}
