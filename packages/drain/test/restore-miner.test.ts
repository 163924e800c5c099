import { Drain } from '../src/drain.js'
import { DrainError } from '../src/errors.js'
import { EvidenceMiner } from '../src/evidence-miner.js'
import { restoreMiner } from '../src/restore-miner.js'

test.each([
  ['Drain', Drain.create()],
  ['EvidenceMiner', EvidenceMiner.create()],
])('the snapshot of a %s gives a miner of its kind that goes on', (_, miner) => {
  miner.learn('worker 7 started')
  const restored = restoreMiner(JSON.parse(JSON.stringify(miner.snapshot())))
  expect(restored).toBeInstanceOf(miner.constructor)
  expect(restored.learn('worker 8 started')).toBe(0)
})

test.each([[null], ['text'], [{}], [{ format: 'sp-novelty' }]])(
  '%j is refused, with the formats that are known',
  (bad) => {
    expect(() => restoreMiner(bad)).toThrow(DrainError)
    expect(() => restoreMiner(bad)).toThrow('sp-drain, sp-evidence')
  },
)
