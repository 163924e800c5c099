import fc from 'fast-check'
import { Drain } from '../src/drain.js'
import { DrainError } from '../src/errors.js'
import { EvidenceMiner } from '../src/evidence-miner.js'
import { NoveltyMiner } from '../src/novelty-miner.js'
import { lines, options } from './log-lines.js'
import { maskedLines } from './masked-lines.js'

function trained(): Drain {
  const drain = Drain.create()
  for (const user of ['alice', 'bob']) drain.learn(`user ${user} logged in`)
  drain.learn('disk full')
  return drain
}

test('known lines keep their codes, new ones are grouped among their like', () => {
  const miner = NoveltyMiner.over(trained())
  expect(miner.baseCount).toBe(2)
  expect(miner.learn('user carol logged in')).toBe(0)
  expect(miner.learn('kernel panic at 1')).toBe(2)
  expect(miner.learn('kernel panic at 2')).toBe(2)
  expect(miner.match('kernel panic at 3')).toBe(2)
  expect(miner.match('never seen')).toBe(-1)
  expect(miner.templates()).toEqual([
    { id: '1', text: 'user <*> logged in', count: 1 },
    { id: '2', text: 'disk full', count: 0 },
    { id: 'n1', text: 'kernel panic at <*>', count: 2 },
  ])
})

test('a line that differs from a known template in one place only is new, not forced into it', () => {
  const miner = NoveltyMiner.over(trained())
  expect(miner.learn('user carol logged out')).toBe(2)
  expect(miner.templates()[2].text).toBe('user carol logged out')
})

test('the overlay can be a miner of its own', () => {
  const miner = NoveltyMiner.over(trained(), { overlay: Drain.create({ maxClusters: 1 }) })
  expect([miner.learn('one'), miner.learn('two words'), miner.learn('one')]).toEqual([2, 3, 4])
})

test('the mask of the base serves the overlay too', () => {
  const miner = NoveltyMiner.over(Drain.create({ mask: (message) => message.replace(/\d+/g, '<NUM>') }))
  miner.learn('took 15 ms')
  expect(miner.templates()[0].text).toBe('took <NUM> ms')
})

test('the base is never changed, and every line it learned is known', () => {
  fc.assert(
    fc.property(options, lines, lines, (settings, learned, seen) => {
      const base = Drain.create({ ...settings, maxClusters: null })
      for (const message of learned) base.learn(message)
      const before = JSON.stringify(base.snapshot())
      const miner = NoveltyMiner.over(base)
      for (const message of [...seen, ...learned]) miner.learn(message)
      for (const message of learned) expect(miner.match(message)).toBeLessThan(miner.baseCount)
      expect(JSON.stringify(base.snapshot())).toBe(before)
      expect(JSON.stringify(miner.snapshot().base)).toBe(before)
    }),
  )
})

test('what the base learns later does not move the codes', () => {
  const base = trained()
  const miner = NoveltyMiner.over(base)
  const code = miner.learn('something new')
  base.learn('quite another thing indeed')
  expect(miner.match('something new')).toBe(code)
  expect(miner.templates()[code].id).toBe('n1')
})

test('match never changes the state, and a line once learned matches', () => {
  fc.assert(
    fc.property(options, lines, lines, lines, (settings, learned, seen, matched) => {
      const base = Drain.create({ ...settings, maxClusters: null })
      for (const message of learned) base.learn(message)
      const miner = NoveltyMiner.over(base)
      for (const message of seen) miner.learn(message)
      const before = JSON.stringify(miner.snapshot())
      for (const message of matched) miner.match(message)
      for (const message of seen) expect(miner.match(message)).toBeGreaterThanOrEqual(0)
      expect(JSON.stringify(miner.snapshot())).toBe(before)
    }),
  )
})

test('a restored miner goes on as if never interrupted', () => {
  fc.assert(
    fc.property(options, lines, lines, lines, (settings, learned, before, after) => {
      const base = Drain.create(settings)
      for (const message of learned) base.learn(message)
      const miner = NoveltyMiner.over(base)
      for (const message of before) miner.learn(message)
      const restored = NoveltyMiner.restore(JSON.parse(JSON.stringify(miner.snapshot())))
      for (const message of after) expect(restored.learn(message)).toBe(miner.learn(message))
      expect(restored.snapshot()).toEqual(miner.snapshot())
      expect(restored.templates()).toEqual(miner.templates())
    }),
  )
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a plain drain snapshot', Drain.create().snapshot()],
  ['a later version', { ...NoveltyMiner.over(trained()).snapshot(), version: 2 }],
  ['counts of another base', { ...NoveltyMiner.over(trained()).snapshot(), baseCounts: [1] }],
  ['a broken overlay', { ...NoveltyMiner.over(trained()).snapshot(), overlay: {} }],
])('%s is refused as bad-snapshot', (_what, snapshot) => {
  expect(() => NoveltyMiner.restore(snapshot)).toThrow(DrainError)
})

test('over an evidence miner: what is proven to be a value is known, the rest is new and keeps its content hash', () => {
  const base = EvidenceMiner.create()
  for (const user of ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']) base.learn(`quota of ${user} exceeded`)
  const miner = NoveltyMiner.over(base)
  const known = miner.learn('quota of zoe exceeded')
  miner.learn('quota of ann exceeded')
  const novel = miner.learn('kernel panic at 1')
  expect(miner.learn('kernel panic at 2')).toBe(novel)
  const table = miner.templates()
  expect(table[known]).toMatchObject({ text: 'quota of <*> exceeded', count: 2 })
  expect(table[novel]).toEqual({ id: expect.stringMatching(/^nt[0-9a-f]{12}$/), text: 'kernel panic at <*>', count: 2 })
  expect(NoveltyMiner.restore(miner.snapshot()).templates()).toEqual(table)
})

test('over an evidence miner, every line learned is known, and the base is never changed', () => {
  fc.assert(
    fc.property(maskedLines, maskedLines, (learned, seen) => {
      const base = EvidenceMiner.create()
      for (const line of learned) base.learn(line)
      const miner = NoveltyMiner.over(base)
      const before = JSON.stringify(miner.snapshot().base)
      for (const line of [...seen, ...learned]) miner.learn(line)
      for (const line of learned) expect(miner.match(line)).toBeLessThan(miner.baseCount)
      expect(JSON.stringify(miner.snapshot().base)).toBe(before)
      const counts = new Map(miner.templates().map(({ id, count }) => [id, count]))
      expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(seen.length + learned.length)
    }),
  )
})
