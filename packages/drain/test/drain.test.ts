import fc from 'fast-check'
import { Drain } from '../src/drain.js'
import { DrainError } from '../src/errors.js'
import { line, lines, options } from './log-lines.js'

const SEARCHES = ['never', 'fallback', 'always'] as const

test('similar lines share a template that has a wildcard where they differ', () => {
  const drain = Drain.create()
  expect(drain.learn('user alice logged in')).toBe(0)
  expect(drain.learn('disk full')).toBe(1)
  expect(drain.learn('user bob logged in')).toBe(0)
  expect(drain.templates()).toEqual([
    { id: '1', text: 'user <*> logged in', count: 2 },
    { id: '2', text: 'disk full', count: 1 },
  ])
})

test('the least recently used template makes room, and its code stays valid', () => {
  const drain = Drain.create({ maxClusters: 2 })
  drain.learn('a')
  drain.learn('b')
  drain.learn('a')
  drain.learn('c')
  expect(drain.match('b')).toBe(-1)
  expect(drain.match('a')).toBe(0)
  expect(drain.learn('b')).toBe(3)
  expect(drain.templates().map(({ text, count }) => [text, count])).toEqual([
    ['a', 2],
    ['b', 1],
    ['c', 1],
    ['b', 1],
  ])
})

test('a line learned from the cache counts as use of its template', () => {
  const drain = Drain.create({ maxClusters: 2 })
  for (const message of ['a', 'b', 'a', 'a', 'a']) drain.learn(message)
  drain.learn('c')
  expect(drain.match('a')).toBe(0)
  expect(drain.templates()[0].count).toBe(4)
})

test('a template whose wildcard stands where the tree looks may be found beyond the tree only', () => {
  const drain = Drain.create()
  drain.learn('x1 up now')
  drain.learn('x2 up now') // template '<*> up now', below the wildcard child
  drain.learn('foo other words') // makes a child 'foo', which the tree prefers from now on
  expect(drain.match('foo up now', { search: 'never' })).toBe(-1)
  expect(drain.match('foo up now', { search: 'fallback' })).toBe(0)
  expect(drain.match('foo up now', { search: 'always' })).toBe(0)
})

test('white space and digits are those of Python', () => {
  const drain = Drain.create({ depth: 4 })
  drain.learn('a\x1cb\x85c')
  expect(drain.match('a b c')).toBe(0)
  expect(drain.match('a b\ufeffc')).toBe(-1)
  // ½ is a number but no digit: it leads to a child of its own, a superscript two to the wildcard.
  drain.learn('\u00bd p q r')
  drain.learn('\u00b2 p q r')
  const keys = drain.snapshot().nodes.map(({ key }) => key)
  expect(keys).toContain('\u00bd')
  expect(keys).not.toContain('\u00b2')
})

test('the mask is applied when learning and when matching', () => {
  const drain = Drain.create({ mask: (message) => message.replace(/\d+/g, '<NUM>') })
  drain.learn('took 15 ms')
  expect(drain.templates()[0].text).toBe('took <NUM> ms')
  expect(drain.match('took 99 ms')).toBe(0)
})

test.each([
  ['similarityThreshold', { similarityThreshold: 1.5 }],
  ['depth', { depth: 2 }],
  ['maxChildren', { maxChildren: 0 }],
  ['maxClusters', { maxClusters: 0 }],
  ['extraDelimiters.0', { extraDelimiters: [''] }],
  ['wildcard', { wildcard: 'two words' }],
])('option %s out of range is refused by name', (name, bad) => {
  expect(() => Drain.create(bad)).toThrow(DrainError)
  expect(() => Drain.create(bad)).toThrow(`${name} is `)
})

test('match never changes the state', () => {
  fc.assert(
    fc.property(options, lines, lines, fc.constantFrom(...SEARCHES), (settings, learned, matched, search) => {
      const drain = Drain.create(settings)
      for (const message of learned) drain.learn(message)
      const before = JSON.stringify(drain.snapshot())
      for (const message of matched) drain.match(message, { search })
      expect(JSON.stringify(drain.snapshot())).toBe(before)
    }),
  )
})

test('a learned line matches afterwards, search fallback or always', () => {
  fc.assert(
    fc.property(options, lines, fc.constantFrom('fallback', 'always'), (settings, learned, search) => {
      const drain = Drain.create({ ...settings, maxClusters: null })
      for (const message of learned) drain.learn(message)
      for (const message of learned) expect(drain.match(message, { search })).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('the line just learned matches, however few clusters may live', () => {
  fc.assert(
    fc.property(options, lines, (settings, learned) => {
      const drain = Drain.create(settings)
      for (const message of learned) {
        drain.learn(message)
        expect(drain.match(message, { search: 'fallback' })).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

test('no more than maxClusters live, and counts add up to the lines', () => {
  fc.assert(
    fc.property(options, lines, (settings, learned) => {
      const drain = Drain.create(settings)
      for (const message of learned) {
        drain.learn(message)
        expect(drain.snapshot().clusters.length).toBeLessThanOrEqual(settings.maxClusters ?? Infinity)
      }
      expect(drain.templates().reduce((sum, { count }) => sum + count, 0)).toBe(learned.length)
    }),
  )
})

test('remembering searches changes nothing: a miner that remembers none gives the same codes', () => {
  fc.assert(
    fc.property(options, lines, line, (settings, learned, probe) => {
      const drain = Drain.create(settings)
      let forgetful = Drain.create(settings)
      for (const message of [...learned, ...learned]) {
        expect(drain.match(probe)).toBe(forgetful.match(probe))
        expect(drain.learn(message)).toBe(forgetful.learn(message))
        forgetful = Drain.restore(forgetful.snapshot())
      }
    }),
  )
})
