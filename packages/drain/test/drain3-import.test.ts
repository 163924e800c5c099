import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { importDrain3Snapshot } from '../src/drain3-import.js'
import { DrainError } from '../src/errors.js'

const { following, snapshots } = JSON.parse(
  readFileSync(new URL('../testdata/snapshots.json', import.meta.url), 'utf8'),
)

describe.each(Object.keys(snapshots))('a snapshot that Drain3 saved: %s', (name) => {
  const expected = snapshots[name]
  const drain = importDrain3Snapshot(expected.state)

  test('has the settings and clusters that Drain3 had', () => {
    expect(drain.settings).toEqual({ ...expected.settings, wildcard: '<*>' })
    expect(liveClusters(drain)).toEqual(expected.clusters)
  })

  test('gives the following lines the cluster ids that Drain3 goes on to give', () => {
    expect(following.map((line: string) => drain.learn(line) + 1)).toEqual(expected.clusterOfFollowing)
    expect(liveClusters(drain)).toEqual(expected.clustersAfter)
  })

  test('can be given as bytes', () => {
    const fromText = importDrain3Snapshot(expected.state)
    expect(importDrain3Snapshot(new TextEncoder().encode(expected.state)).snapshot()).toEqual(fromText.snapshot())
  })
})

test('the fixtures contain references to objects written before', () => {
  expect(snapshots.references.state).toContain('py/id')
})

test('a template evicted before the import keeps its code but has no text', () => {
  const templates = importDrain3Snapshot(snapshots.lru.state).templates()
  const live = new Set(snapshots.lru.clusters.map(({ id }: { id: number }) => String(id)))
  const evicted = templates.filter(({ id }) => !live.has(id))
  expect(evicted.length).toBeGreaterThan(0)
  expect(evicted.every(({ text, count }) => text === '' && count === 0)).toBe(true)
})

test.each([
  ['text that is no snapshot', 'hello'],
  ['an empty file', ''],
  ['cut-off JSON', snapshots.plain.state.slice(0, 500)],
  ['a cut-off compressed snapshot', snapshots.compressed.state.slice(0, 500)],
  ['compressed text that is not JSON', deflateSync('hello').toString('base64')],
  ['another engine', snapshots.plain.state.replace('drain3.drain.Drain', 'drain3.jaccard_drain.JaccardDrain')],
  ['a missing tree', snapshots.plain.state.replace('"root_node"', '"rot_node"')],
])('%s is refused as bad-snapshot with what to do', (_what, state) => {
  expect(() => importDrain3Snapshot(state)).toThrow(DrainError)
  expect(() => importDrain3Snapshot(state)).toThrow(/Drain3 snapshot, .*; expected .*; save it again/s)
})

function liveClusters(drain: ReturnType<typeof importDrain3Snapshot>) {
  return drain
    .snapshot()
    .clusters.map(({ id, size, tokens }) => ({ id, template: tokens.join(' '), size }))
    .sort((a, b) => a.id - b.id)
}
