import fc from 'fast-check'
import { bootstrapInterval } from '../src/metrics/bootstrap.js'
import { calibrationError } from '../src/metrics/calibration-error.js'
import { distinctUnits, evaluateFlags, flagEverything, reweighted } from '../src/metrics/flag-metrics.js'
import { evaluateRanking } from '../src/metrics/ranking-metrics.js'

test('flags are counted against the truth, by weight', () => {
  const isAnomalous = [1, 1, 0, 0, 0]
  const metrics = evaluateFlags([1, 0, 1, 0, 0], { isAnomalous, weights: [1, 1, 10, 10, 10] })
  expect(metrics).toEqual({
    truePositives: 1,
    falsePositives: 10,
    falseNegatives: 1,
    trueNegatives: 20,
    precision: 1 / 11,
    recall: 1 / 2,
    f1: 2 / 13,
    falsePositiveRate: 1 / 3,
    balancedAccuracy: expect.closeTo(7 / 12, 10),
  })
})

test('flagging everything on a sample with as many abnormal as normal units looks good until it is weighted back', () => {
  const isAnomalous = [1, 1, 0, 0]
  expect(flagEverything({ isAnomalous }).f1).toBeCloseTo(2 / 3, 10)
  const truth = reweighted(isAnomalous, { normal: 970, abnormal: 30 })
  expect(flagEverything(truth).f1).toBeCloseTo(60 / 1030, 10)
})

test('without anything to divide by a figure is null', () => {
  expect(evaluateFlags([0], { isAnomalous: [0] })).toMatchObject({ precision: null, recall: null, f1: null })
})

test('ROC AUC is the share of pairs in the right order, ties half', () => {
  const metrics = evaluateRanking([3, 2, 2, 1], { isAnomalous: [1, 1, 0, 0] })
  // Pairs: 3>2, 3>1, 2=2, 2>1.
  expect(metrics.rocAuc).toBe(3.5 / 4)
  expect(metrics.oracleF1).toBeCloseTo(4 / 5, 10)
  expect(metrics.oracleThreshold).toBe(2)
})

test('average precision takes units of equal score together, so their order does not matter', () => {
  const unit = fc.record({ score: fc.integer({ min: 0, max: 4 }), label: fc.integer({ min: 0, max: 1 }) })
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 30 }), fc.integer(), (units, seed) => {
      const shuffled = [...units].sort((a, b) => ((a.score * 7 + seed) % 3) - ((b.score * 7 + seed) % 3))
      function metrics(list: typeof units) {
        return evaluateRanking(
          list.map(({ score }) => score),
          { isAnomalous: list.map(({ label }) => label) },
        )
      }
      const [a, b] = [metrics(units), metrics(shuffled)]
      if (a.rocAuc === null) expect(b.rocAuc).toBeNull()
      else expect(a.rocAuc).toBeCloseTo(b.rocAuc!, 9)
      if (a.prAuc !== null) expect(a.prAuc).toBeCloseTo(b.prAuc!, 9)
    }),
  )
})

test('the best F1 with labels is never below that of any threshold', () => {
  const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 30 })
  fc.assert(
    fc.property(scores, fc.double({ min: 0, max: 1, noNaN: true }), (list, threshold) => {
      const isAnomalous = list.map((_, i) => (i % 3 === 0 ? 1 : 0))
      const flags = list.map((score) => (score >= threshold ? 1 : 0))
      const { f1 } = evaluateFlags(flags, { isAnomalous })
      expect(evaluateRanking(list, { isAnomalous }).oracleF1!).toBeGreaterThanOrEqual((f1 ?? 0) - 1e-12)
    }),
  )
})

test('calibration error is the largest gap between claimed and met', () => {
  expect(calibrationError([0.25, 0.5, 0.75, 1])).toBe(0)
  expect(calibrationError([0.1, 0.1, 0.1, 1])).toBeCloseTo(0.65, 10)
  expect(calibrationError([0.1, 0.1, 0.1, 1], 0.05)).toBe(0)
  expect(calibrationError([])).toBeNull()
})

test('a bootstrap interval holds the figure, is the same for the same seed, and narrows with more units', () => {
  function width(units: number): number {
    const values = Array.from({ length: units }, (_, i) => i % 2)
    const { low, high } = bootstrapInterval(units, (drawn) => drawn.reduce((sum, i) => sum + values[i], 0) / units, {
      seed: 4,
    })!
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
    return high - low
  }
  expect(width(50)).toBe(width(50))
  expect(width(800)).toBeLessThan(width(50) / 2)
  expect(bootstrapInterval(3, () => null, { seed: 1 })).toBeNull()
})

test('distinct units are the first of each key', () => {
  expect(distinctUnits(['a', 'b', 'a', 'c', 'b'])).toEqual([0, 1, 3])
})
