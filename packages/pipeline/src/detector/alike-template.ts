import { nearestTemplate } from '@sp/deeplog'

/** Below it two templates have a few everyday words in common, which helps nobody. */
const ALIKE = 0.5

/**
 * Index of the template that is most like a new one, `undefined` where none is alike.
 * @param texts `null` for those that are not meant
 */
export function alikeTemplate(text: string, texts: readonly (string | null)[]): number | undefined {
  const nearest = nearestTemplate(text, texts)
  return nearest !== null && nearest.similarity >= ALIKE ? nearest.index : undefined
}
