import fc from 'fast-check'
import { EvidenceMiner } from '../src/evidence-miner.js'
import { maskedLines } from './masked-lines.js'

function learned(lines: readonly string[]): EvidenceMiner {
  const miner = EvidenceMiner.create()
  for (const line of lines) miner.learn(line)
  return miner
}

/** By line, the id of its template. */
function idsOf(miner: EvidenceMiner, lines: readonly string[]): string[] {
  const table = miner.templates()
  return lines.map((line) => table[miner.match(line)].id)
}

/** Lines, cut into shards, with an order in which to merge these. */
const sharded = fc
  .array(maskedLines, { minLength: 1, maxLength: 5 })
  .chain((shards) =>
    fc.tuple(
      fc.constant(shards),
      fc.shuffledSubarray([...shards.keys()], { minLength: shards.length }),
      fc.integer({ min: 0, max: shards.length }),
    ),
  )

test('any split and any order of merging give every line the same template, id and text', () => {
  fc.assert(
    fc.property(sharded, ([shards, order, cut]) => {
      const lines = shards.flat()
      const whole = learned(lines)
      const snapshots = order.map((shard) => learned(shards[shard]).snapshot())
      const nested = [snapshots.slice(0, cut), snapshots.slice(cut)].map((part) => EvidenceMiner.merge(part).snapshot())
      for (const merged of [EvidenceMiner.merge(snapshots), EvidenceMiner.merge(nested)]) {
        expect(idsOf(merged, lines)).toEqual(idsOf(whole, lines))
        const [table, expected] = [merged.templates(), whole.templates()]
        for (const line of lines) expect(table[merged.match(line)]).toEqual(expected[whole.match(line)])
      }
    }),
    { numRuns: 100 },
  )
})

test('codes taken at arrival in a shard resolve to the final templates of the merged state', () => {
  fc.assert(
    fc.property(sharded, ([shards, order]) => {
      const miners = order.map(() => EvidenceMiner.create())
      const codes = order.map((shard, at) => shards[shard].map((line) => miners[at].learn(line)))
      const snapshots = miners.map((miner) => miner.snapshot())
      const merged = EvidenceMiner.merge(snapshots)
      const table = merged.templates()
      for (const [at, shard] of order.entries()) {
        const here = merged.codesOf(snapshots[at])
        expect(codes[at].map((code) => table[here[code]].id)).toEqual(idsOf(merged, shards[shard]))
      }
    }),
    { numRuns: 100 },
  )
})

test('ids taken at arrival lead by history to the final ones, if what they stood for is still together', () => {
  fc.assert(
    fc.property(maskedLines, fc.integer({ min: 0, max: 120 }), (lines, cut) => {
      let miner = EvidenceMiner.create()
      const tables = lines.map((line, at) => {
        miner.learn(line)
        // The history outlives a state that is saved and taken up again.
        if (at === cut) miner = EvidenceMiner.restore(JSON.parse(JSON.stringify(miner.snapshot())))
        return miner.templates()
      })
      const final = miner.templates()
      const history = miner.history()
      const became = new Map<string, Set<string>>()
      for (const table of tables) {
        for (const [code, { id }] of table.entries()) {
          became.set(id, (became.get(id) ?? new Set()).add(final[code].id))
        }
      }
      for (const [id, finals] of became) {
        expect(finals).toContain(history.get(id))
        if (finals.size === 1) expect([...finals]).toEqual([history.get(id)])
      }
    }),
    { numRuns: 200 },
  )
})

test('when a template comes apart, its id leads to most of its messages, and matching again is exact', () => {
  const miner = learned(['from LOCAL(zero)', ...Array.from({ length: 20 }, () => 'from <IP>')])
  const [{ id }] = miner.templates()
  for (let more = 0; more < 5; more++) miner.learn('from LOCAL(zero)')
  const table = miner.templates()
  expect(new Set(table.map((template) => template.id)).size).toBe(2)
  expect(miner.history().get(id)).toBe(table[miner.match('from <IP>')].id)
  expect(table[miner.match('from LOCAL(zero)')].text).toBe('from LOCAL(zero)')
})

test('an id is a hash of what the template is: the same in every log', () => {
  const others = [...'abcdefgh'].map((user) => `quota of ${user} exceeded`)
  for (const lines of [[], others]) {
    const miner = learned([...lines, 'worker 7 started'])
    expect(miner.templates().at(-1)).toEqual({ id: 'tf2f512871d6b', text: 'worker <*> started', count: 1 })
  }
})

test('match-only gives the nearest template and its distance, which is 0 for what fits alone', () => {
  fc.assert(
    fc.property(maskedLines, maskedLines, (lines, others) => {
      const miner = learned(lines)
      const before = JSON.stringify(miner.snapshot())
      for (const line of lines) expect(miner.nearest(line)).toEqual({ code: miner.match(line), distance: 0 })
      for (const line of others) {
        const nearest = miner.nearest(line)
        if (lines.length === 0) expect(nearest).toBeNull()
        else {
          expect(nearest!.distance).toBeGreaterThanOrEqual(0)
          expect(nearest!.distance).toBeLessThanOrEqual(1)
          expect(miner.templates()[nearest!.code]).toBeDefined()
          if (miner.match(line) < 0) expect(nearest!.distance).toBeGreaterThan(0)
        }
      }
      expect(JSON.stringify(miner.snapshot())).toBe(before)
    }),
    { numRuns: 50 },
  )
})
