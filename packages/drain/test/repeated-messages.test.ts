import fc from 'fast-check'
import { Drain } from '../src/drain.js'
import { EvidenceMiner } from '../src/evidence-miner.js'
import type { RepeatedMessages } from '../src/list-cache.js'
import { NoveltyMiner } from '../src/novelty-miner.js'
import type { TemplateMiner } from '../src/template-miner.js'
import { maskedLines } from './masked-lines.js'

/** Batches as a reader gives them: over one list of texts that grows, or over a new one from a batch on. */
function* batchesOf(batches: readonly (readonly string[])[], newListAt: number): Generator<RepeatedMessages> {
  let values: string[] = []
  for (const [batch, lines] of batches.entries()) {
    if (batch === newListAt) values = []
    const codes = lines.map((line) => {
      if (!values.includes(line)) values.push(line)
      return values.indexOf(line)
    })
    yield { values, codes: Int32Array.from(codes) }
  }
}

const batches = fc.array(maskedLines, { maxLength: 4 })

function expectAlike(make: () => TemplateMiner, lines: readonly (readonly string[])[], newListAt: number): void {
  const [one, all] = [make(), make()]
  const expected = lines.map((batch) => batch.map((line) => one.learn(line)))
  const found = Array.from(batchesOf(lines, newListAt), (batch) => [...all.learnAll!(batch)])
  expect(found).toEqual(expected)
  expect(all.snapshot()).toEqual(one.snapshot())
  expect(all.templates()).toEqual(one.templates())
}

test('an evidence miner learns messages by number as it does by text, also when it is full', () => {
  fc.assert(
    fc.property(batches, fc.nat(4), fc.constantFrom(3, 100_000), (lines, newListAt, mostKinds) => {
      expectAlike(() => EvidenceMiner.create({ mostKinds }), lines, newListAt)
    }),
    { numRuns: 50 },
  )
})

test('so does a novelty miner, over either', () => {
  fc.assert(
    fc.property(maskedLines, batches, fc.nat(4), fc.boolean(), (learned, lines, newListAt, isDrain) => {
      const base = isDrain ? Drain.create() : EvidenceMiner.create()
      for (const line of learned) base.learn(line)
      expectAlike(() => NoveltyMiner.over(base), lines, newListAt)
    }),
    { numRuns: 50 },
  )
})

test('masks are applied to each text', () => {
  const miner = EvidenceMiner.create({ mask: (message) => message.replace(/\d+/g, '<NUM>') })
  miner.learnAll({ values: ['took 15 ms', 'done'], codes: Int32Array.of(0, 1, 0) })
  expect(miner.templates()).toMatchObject([
    { text: 'took <NUM> ms', count: 2 },
    { text: 'done', count: 1 },
  ])
})
