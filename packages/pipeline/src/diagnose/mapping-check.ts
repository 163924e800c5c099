import type { Bundle } from '../bundle/bundle.js'
import type { Diagnosis } from './diagnose-bundle.js'

/** Templates named where they do not find themselves. */
const NAMED = 3

/**
 * Whether each template, as a message, is taken for itself: then miner, template table and vocabulary say the same, and
 * lines get the codes that they had in training.
 */
export function mappingCheck({ templates }: Bundle): Diagnosis {
  const texts = templates.templates.map(({ text }) => text)
  const strays = texts.filter((text, code) => {
    const found = templates.find(texts, code)
    return found !== code && templates.templates[found]?.text !== text
  })
  const named = strays.slice(0, NAMED).map((text) => `“${text}”`)
  return {
    what: 'mapping',
    found:
      `${texts.length - strays.length} of ${texts.length} templates find themselves` +
      (strays.length > 0 ? `, not ${named.join(', ')}${strays.length > NAMED ? ', …' : ''}` : ''),
    isFine: strays.length <= 0.05 * texts.length,
    remedy: 'train again with this version; the miner takes its own templates for others',
  }
}
