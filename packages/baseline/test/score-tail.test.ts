import fc from 'fast-check'
import { fitScoreTail, pValueOf, scoreAtPValue } from '../src/score-tail.js'
import { seededNumbers } from './make-windows.js'

describe('fitScoreTail', () => {
  it('finds the shape and scale of a generalized Pareto tail', () => {
    const next = seededNumbers(7)
    const [scale, shape] = [2, 0.25]
    const scores = Array.from({ length: 50_000 }, () => (scale * ((1 - next()) ** -shape - 1)) / shape)
    const tail = fitScoreTail(scores)
    expect(tail.shape).toBeGreaterThan(0.17)
    expect(tail.shape).toBeLessThan(0.33)
    // Beyond a start u the tail is Pareto again, with scale σ + ξ·u.
    expect(tail.scale).toBeGreaterThan((scale + shape * tail.start) * 0.9)
    expect(tail.scale).toBeLessThan((scale + shape * tail.start) * 1.1)
  })

  it('takes an exponential tail when there are too few scores to tell a shape', () => {
    expect(fitScoreTail([0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]).shape).toBe(0)
  })

  it('gives equal scores a tail that they themselves do not exceed', () => {
    const tail = fitScoreTail(new Array(40).fill(0))
    expect(scoreAtPValue(tail, 0.005)).toBeGreaterThan(0)
    expect(pValueOf(tail, 0)).toBe(1)
  })

  it('counts where it can: as many held-out scores lie above a threshold as its share says', () => {
    const tail = fitScoreTail(Array.from({ length: 1000 }, (_, i) => i))
    expect(scoreAtPValue(tail, 0.005)).toBe(994)
    expect(pValueOf(tail, 995)).toBe(0.005)
    expect(scoreAtPValue(tail, 0.0005)).toBeGreaterThan(999)
  })

  it('gives p-values in (0, 1] that fall as the score rises, and inverts them', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 400 }), (scores) => {
        const tail = fitScoreTail(scores)
        let last = 1
        for (let score = 0; score < 5000; score = score * 1.3 + 0.1) {
          const p = pValueOf(tail, score)
          expect(p).toBeGreaterThan(0)
          expect(p).toBeLessThanOrEqual(last)
          last = p
        }
        const p = 1 / scores.length
        expect(pValueOf(tail, scoreAtPValue(tail, p))).toBeCloseTo(p, 9)
      }),
    )
  })
})
