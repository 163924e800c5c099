import { selectWindows } from '@sp/builders'
import fc from 'fast-check'
import { BaselineScorer, type BaselineScorerSnapshot } from '../src/baseline-scorer.js'
import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from './make-windows.js'

const model = trainBaseline(await windowsOf(stationaryLog(4000, 1)))

test('neither how windows are cut into batches nor a snapshot in between changes a score', async () => {
  const log = stationaryLog(1500, 2).map((template, i) => (i % 70 === 0 ? -1 : i > 700 && i % 9 === 0 ? 99 : template))
  const windows = await windowsOf(log)
  const whole = scoreBaseline(model, windows)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (size, at) => {
      const batches = Math.ceil(windows.count / size)
      let scorer = new BaselineScorer(model)
      for (let b = 0; b < batches; b++) {
        if (b === at % batches) {
          scorer = new BaselineScorer(model, JSON.parse(JSON.stringify(scorer.snapshot())) as BaselineScorerSnapshot)
        }
        const length = Math.min(size, windows.count - b * size)
        const part = scorer.push(
          selectWindows(
            windows,
            Array.from({ length }, (_, i) => b * size + i),
          ),
        )
        expect([...part.score]).toEqual([...whole.score.subarray(b * size, b * size + length)])
        expect(part.evidence).toEqual(whole.evidence.slice(b * size, b * size + length))
      }
    }),
    { numRuns: 30 },
  )
})

test('state is bounded: of templates that training did not know, the last 16,384 are remembered', async () => {
  const scorer = new BaselineScorer(model)
  scorer.push(await windowsOf(Array.from({ length: 60_000 }, (_, i) => 1000 + i)))
  expect(scorer.snapshot().recent.others.length).toBe(16_384)
})
