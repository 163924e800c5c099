import { type Sessions, Vocabulary } from '@sp/builders'
import { seededRandom } from '@sp/engine'

/** Names of the events of {@link normalLists}. */
export const NAMES = ['open', 'read', 'write', 'sync', 'close', 'retry'] as const

/** The vocabulary of those names; their indices are 2 to 7 in the order of the text. */
export const VOCABULARY = Vocabulary.from(NAMES)

/** Sessions of these events; no times. */
export function sessionsOf(lists: readonly (readonly number[])[]): Sessions {
  const offsets = new Int32Array(lists.length + 1)
  lists.forEach((events, s) => (offsets[s + 1] = offsets[s] + events.length))
  const events = Int32Array.from(lists.flat())
  return {
    count: lists.length,
    keys: lists.map((_, s) => `session ${s}`),
    offsets,
    events,
    rows: Int32Array.from(events.keys()),
    times: new Float64Array(events.length).fill(NaN),
  }
}

/** Indices of names; what is no name is unknown. */
export function indices(...names: readonly string[]): number[] {
  return names.map((name) => VOCABULARY.indexOf(name))
}

/** `open (read | write)+ sync close`: what the tests call normal. */
export function normalLists(count: number, seed = 1): number[][] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const middle = Array.from({ length: 1 + random.integer(4) }, () => (random.uniform() < 0.5 ? 'read' : 'write'))
    return indices('open', ...middle, 'sync', 'close')
  })
}

/** A network that learns them in a second. */
export const SMALL = {
  embedding: 8,
  hidden: 16,
  layers: 1,
  window: 10,
  epochs: 25,
  batchSize: 8,
  folds: 2,
  learningRate: 0.02,
  budget: 0.01,
}
