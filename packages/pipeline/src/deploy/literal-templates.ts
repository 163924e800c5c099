import type { Bundle } from '../bundle/bundle.js'
import type { SampleRecord } from '../validate/read-sample.js'
import { collapseSpaces } from './collapse-spaces.js'
import { byLiterals, fitsTemplate, type LiteralTemplate, literalTemplate } from './literal-template.js'

/** Of no template. */
const UNKNOWN = 1

/** The templates of a bundle as pieces of text, in the order in which they are tried. */
export function literalTemplates(
  { templates, sequences, masker }: Bundle,
  records: readonly SampleRecord[],
): LiteralTemplate[] {
  const { vocabulary } = sequences!.model
  const withSpaces = new Set(['*', 'DATETIME'])
  for (const { message } of records) {
    for (const { type, value } of masker.mask(message).parameters) if (/\s/.test(value)) withSpaces.add(type)
  }
  const all = templates.templates.map(({ id, text }) =>
    literalTemplate({ index: vocabulary.indexOf(id), id, text }, withSpaces),
  )
  return all.sort(byLiterals)
}

/** Vocabulary index of the first template that a message fits, 1 for none. */
export function matchLiteral(templates: readonly LiteralTemplate[], message: string): number {
  const collapsed = collapseSpaces(message)
  return templates.find((template) => fitsTemplate(collapsed, template))?.index ?? UNKNOWN
}
