import fc from 'fast-check'
import { EvidenceMiner } from '../src/evidence-miner.js'
import { diffTemplates } from '../src/template-diff.js'
import { maskedLines } from './masked-lines.js'

function learned(messages: readonly string[]): EvidenceMiner {
  const miner = EvidenceMiner.create()
  for (const message of messages) miner.learn(message)
  return miner
}

const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']

test('added, removed, merged and shifted are told apart', () => {
  const steady = Array.from({ length: 100 }, () => 'steady')
  const before = learned([...users.slice(1).map((user) => `quota of ${user}`), 'gone', ...steady, 'rare'])
  const after = EvidenceMiner.restore(before.snapshot())
  for (const message of ['quota of ann', 'new', ...steady, ...Array.from({ length: 20 }, () => 'rare')])
    after.learn(message)
  const present = after.templates().filter(({ text }) => text !== 'gone')
  const diff = diffTemplates(before.templates(), present, { renamed: after.history() })
  expect(diff.added.map(({ text }) => text)).toEqual(['new'])
  expect(diff.removed.map(({ text }) => text)).toEqual(['gone'])
  expect(diff.merged.map(({ into, from }) => [into.text, from.length])).toEqual([['quota of <*>', 7]])
  expect(diff.shifted.map(({ text, before: was, after: is }) => [text, was, is])).toEqual([['rare', 1, 21]])
  expect(diff.unchanged).toBe(1)
})

test('states compare by the kinds of their messages, although neither has learned from the other', () => {
  const few = learned(users.slice(1).map((user) => `quota of ${user}`))
  const many = learned(users.map((user) => `quota of ${user}`))
  const { id } = many.templates()[0]
  expect([...new Set(many.renamed(few.snapshot()).values())]).toEqual([id])
  const split = few.renamed(many.snapshot())
  expect([...split.keys()]).toEqual([id])
  expect(few.templates().map((template) => template.id)).toContain(split.get(id))
})

test('templates of Drain are the same when their texts are', () => {
  const diff = diffTemplates([{ id: '1', text: 'a', count: 1 }], [{ id: '1', text: 'b', count: 1 }])
  expect([diff.added.length, diff.removed.length]).toEqual([1, 1])
  const same = diffTemplates([{ id: '1', text: 'a', count: 1 }], [{ id: '7', text: 'a', count: 1 }])
  expect(same).toEqual({ added: [], removed: [], merged: [], shifted: [], unchanged: 1 })
})

test('a state differs in nothing from itself, and what it learns on is never removed', () => {
  fc.assert(
    fc.property(maskedLines, maskedLines, (first, second) => {
      const miner = learned(first)
      const before = miner.templates()
      const same = diffTemplates(before, before)
      expect([same.added, same.removed, same.merged, same.shifted]).toEqual([[], [], [], []])
      for (const line of second) miner.learn(line)
      expect(diffTemplates(before, miner.templates(), { renamed: miner.history() }).removed).toEqual([])
    }),
    { numRuns: 50 },
  )
})
