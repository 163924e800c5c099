import fc from 'fast-check'
import { Drain } from '../src/drain.js'
import { DrainError } from '../src/errors.js'
import type { DrainSnapshot } from '../src/snapshot.js'
import { lines, options } from './log-lines.js'

test('restoring a snapshot that went through JSON and taking it again gives the same bytes', () => {
  fc.assert(
    fc.property(options, lines, (settings, learned) => {
      const drain = Drain.create(settings)
      for (const message of learned) drain.learn(message)
      const written = JSON.stringify(drain.snapshot())
      const restored = Drain.restore(JSON.parse(written))
      expect(JSON.stringify(restored.snapshot())).toBe(written)
      expect(restored.templates()).toEqual(drain.templates())
    }),
  )
})

test('a restored miner goes on as if never interrupted', () => {
  fc.assert(
    fc.property(options, lines, lines, (settings, before, after) => {
      const drain = Drain.create(settings)
      for (const message of before) drain.learn(message)
      const restored = Drain.restore(JSON.parse(JSON.stringify(drain.snapshot())))
      for (const message of after) expect(restored.learn(message)).toBe(drain.learn(message))
      expect(restored.snapshot()).toEqual(drain.snapshot())
    }),
  )
})

test('a snapshot is independent of the miner it was taken of', () => {
  const drain = Drain.create()
  drain.learn('user alice logged in')
  const snapshot = drain.snapshot()
  drain.learn('user bob logged in')
  expect(snapshot.clusters[0].tokens).toEqual(['user', 'alice', 'logged', 'in'])
  const restored = Drain.restore(snapshot)
  restored.learn('user carol logged in')
  expect(snapshot.clusters[0].tokens).toEqual(['user', 'alice', 'logged', 'in'])
})

describe('a snapshot that is none is refused as bad-snapshot', () => {
  const drain = Drain.create({ maxClusters: 2 })
  for (const message of ['a b', 'c d', 'e f']) drain.learn(message)
  const sound = drain.snapshot()

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['another format', { ...sound, format: 'drain3' }],
    ['a later version', { ...sound, version: 2 }],
    ['a setting out of range', { ...sound, settings: { ...sound.settings, depth: 1 } }],
    ['a cluster twice', { ...sound, clusters: [...sound.clusters, sound.clusters[0]] }],
    ['a missing cluster', { ...sound, clusters: sound.clusters.slice(1) }],
    ['more clusters than may live', { ...sound, settings: { ...sound.settings, maxClusters: 1 } }],
    ['an evicted cluster in the tree', { ...sound, nodes: [{ parent: -1, key: '2', clusters: [1] }] }],
    ['a node before its parent', { ...sound, nodes: [...sound.nodes].reverse() }],
    ['a node twice', { ...sound, nodes: [...sound.nodes, sound.nodes[0]] }],
    ['a leaf under another number of tokens', withRootKey(sound, '3')],
  ])('%s', (_what, snapshot) => {
    expect(() => Drain.restore(snapshot)).toThrow(DrainError)
    expect(() => Drain.restore(snapshot)).toThrow(/^drain snapshot, .+; expected .+; take the snapshot again/)
  })
})

function withRootKey(snapshot: DrainSnapshot, key: string): DrainSnapshot {
  return { ...snapshot, nodes: snapshot.nodes.map((node) => (node.parent === -1 ? { ...node, key } : node)) }
}
