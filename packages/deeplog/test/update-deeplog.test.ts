import { Vocabulary } from '@sp/builders'
import { encodeDeepLog } from '../src/deeplog-model.js'
import { scoreDeepLog } from '../src/deeplog-score.js'
import { trainDeepLog } from '../src/train-deeplog.js'
import { updateDeepLog } from '../src/update-deeplog.js'
import { indices, normalLists, sessionsOf, SMALL, VOCABULARY } from './make-sessions.js'

const grown = VOCABULARY.extend(['archive'])
const archived = normalLists(200, 7).map((events) => [
  ...events.slice(0, -1),
  grown.indexOf('archive'),
  ...events.slice(-1),
])

async function trained() {
  const training = trainDeepLog(sessionsOf(normalLists(300)), VOCABULARY, SMALL)
  for await (const _ of training) void _
  return training.model
}

test('an update learns new sessions with a new event, and forgets neither the old nor what is strange', async () => {
  const model = await trained()
  const bytes = encodeDeepLog(model)
  const update = updateDeepLog(model, { sessions: sessionsOf(archived), vocabulary: grown })
  for await (const _ of update) void _
  expect(encodeDeepLog(model)).toEqual(bytes)
  const strange = indices('open', 'sync', 'read', 'close')
  const judged = sessionsOf([archived[0], normalLists(1, 9)[0], strange])
  expect([...(await scoreDeepLog(update.model, judged)).fused.isAnomaly]).toEqual([0, 0, 1])
  expect(update.report.newEvents).toBe(1)
  expect(update.report.newMissesBefore).toBeGreaterThan(0.1)
  expect(update.report.newMissesAfter).toBeLessThan(0.02)
})

test('an update after which old lines are no longer expected is refused', async () => {
  const model = await trained()
  // Steps so large that the network is ruined.
  const reckless = { ...model, settings: { ...model.settings, schedule: 'constant' as const, learningRate: 400 } }
  const update = updateDeepLog(reckless, { sessions: sessionsOf(archived), vocabulary: grown, epochs: 1 })
  await expect(finish(update)).rejects.toThrow('contradict the old ones')
})

async function finish(update: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of update) void _
}

test('a vocabulary that renames what the model knows is refused', async () => {
  const model = await trained()
  const renamed = VOCABULARY.extend(['a']).toJSON().names.toReversed()
  const vocabulary = Vocabulary.fromJSON({ version: 1, names: renamed })
  expect(() => updateDeepLog(model, { sessions: sessionsOf(archived), vocabulary })).toThrow('extend the vocabulary')
})
