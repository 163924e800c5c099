import { Vocabulary } from '@sp/builders'
import type { DeepLogModel } from '@sp/deeplog'

/**
 * A model whose events go by the present ids of their templates: as a miner learns, a template may become part of
 * another, and its id with it. An event that became part of one that has an index already is that one from now on.
 * @param renamed ids given out earlier → present ids
 */
export function withPresentNames(model: DeepLogModel, renamed: ReadonlyMap<string, string>): DeepLogModel {
  const { names } = model.vocabulary.toJSON()
  const taken = new Set<string>()
  const present = names.map((name) => {
    const now = renamed.get(name) ?? name
    // The name of what is now another event stays with an index that nothing uses any more.
    const own = taken.has(now) ? name : now
    taken.add(own)
    return own
  })
  const vocabulary = Vocabulary.fromJSON({ ...model.vocabulary.toJSON(), names: present })
  function eventNow(event: number): number {
    const name = model.vocabulary.nameOf(event)
    return name === null ? event : vocabulary.indexOf(renamed.get(name) ?? name)
  }
  return {
    ...model,
    vocabulary,
    replay: model.replay.map(({ events, occurrences }) => ({ events: events.map(eventNow), occurrences })),
    events: [...new Set(model.events.map(eventNow))].sort((a, b) => a - b),
  }
}
