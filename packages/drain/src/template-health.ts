import { distinctTemplates, type Template, type TemplateTable } from '@sp/log-table'

/** Signs that a table of templates is not what a person would have written. */
export interface TemplateHealth {
  /** Lines counted. */
  readonly lines: number
  /** Distinct templates. */
  readonly templates: number
  /** Templates of one line. */
  readonly singletons: number
  /** More than one line in five has a template of its own: what should be values is text. */
  readonly isExploding: boolean
  /** Templates that say nothing: open places and at most one sign. */
  readonly catchAlls: readonly Template[]
  /** Templates of at most one word beside two or more wildcards, which may have swallowed words that matter. */
  readonly overMerged: readonly Template[]
}

/** Fewer lines say little: every log begins with lines of new kinds. */
const FEWEST_LINES = 1000
const EXPLOSION = 0.2

/** Looks a table of templates over. Templates that did not occur are left out. */
export function checkTemplates(table: TemplateTable): TemplateHealth {
  const templates = distinctTemplates(table).templates.filter(({ count }) => count > 0)
  const lines = templates.reduce((sum, { count }) => sum + count, 0)
  const catchAlls = templates.filter(({ text }) => isCatchAll(text))
  return {
    lines,
    templates: templates.length,
    singletons: templates.filter(({ count }) => count === 1).length,
    isExploding: lines >= FEWEST_LINES && templates.length > EXPLOSION * lines,
    catchAlls,
    overMerged: templates.filter((template) => !catchAlls.includes(template) && isOverMerged(template.text)),
  }
}

const WILDCARD = '<*>'
const MASK = /<[A-Z0-9_:*]{1,34}>/g

function isCatchAll(text: string): boolean {
  return text.includes(WILDCARD) && /^[^\p{L}\p{N}\s]?$/u.test(text.replaceAll(WILDCARD, '').replace(/\s/g, ''))
}

function isOverMerged(text: string): boolean {
  const words = text.replace(MASK, ' ').match(/[\p{L}\p{N}_]{2,}/gu)?.length ?? 0
  return words <= 1 && text.split(WILDCARD).length > 2 && !text.replaceAll(WILDCARD, '').match(MASK)
}
