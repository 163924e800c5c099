import fc from 'fast-check'
import { surpriseOfFew, surpriseOfMany } from '../src/count-surprise.js'
import { logGamma, logIncompleteBeta } from '../src/log-beta-tail.js'

describe('logGamma', () => {
  it('is the logarithm of the factorial', () => {
    let logFactorial = 0
    for (let n = 1; n <= 170; n++) {
      logFactorial += Math.log(n)
      expect(Math.abs(logGamma(n + 1) - logFactorial)).toBeLessThan(1e-11 * Math.max(1, logFactorial))
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13)
    expect(logGamma(0.25)).toBeCloseTo(Math.log(3.625609908221908), 13)
  })
})

describe('logIncompleteBeta', () => {
  it('is the tail of a binomial distribution, added up term by term', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.double(unit), (n, c, x) => {
        const count = Math.min(c, n)
        if (count < n * x) return
        let tail = 0
        for (let k = count; k <= n; k++) tail += Math.exp(logChoose(n, k) + k * Math.log(x) + (n - k) * Math.log1p(-x))
        expect(Math.abs(logIncompleteBeta(x, count, n - count + 1) - Math.log(tail))).toBeLessThan(1e-9)
      }),
    )
  })
})

describe('surprise of a count', () => {
  it('is that of a Poisson count where variance and mean are equal', () => {
    // P(C >= 5 | mean 1) = 1 - e^-1 (1 + 1 + 1/2 + 1/6 + 1/24), P(C <= 0 | mean 4) = e^-4
    const atLeastFive = 1 - Math.exp(-1) * (1 + 1 + 1 / 2 + 1 / 6 + 1 / 24)
    expect(surpriseOfMany(5, { mean: 1, variance: 1 })).toBeCloseTo(-Math.log10(atLeastFive), 3)
    expect(surpriseOfFew(0, { mean: 4, variance: 4 })).toBeCloseTo(4 / Math.LN10, 3)
  })

  it('is that of a geometric count where the variance is mean + mean²', () => {
    // Shape 1: P(C >= c) = (m / (1 + m))^c
    expect(surpriseOfMany(7, { mean: 2, variance: 6 })).toBeCloseTo(-7 * Math.log10(2 / 3), 9)
  })

  it('is that of a binomial count where the variance is below the mean', () => {
    // 10 draws of chance 0.5: P(C <= 1) = 11 / 1024
    expect(surpriseOfFew(1, { mean: 5, variance: 2.5 })).toBeCloseTo(-Math.log10(11 / 1024), 9)
  })

  it('rises with every further occurrence and never saturates', () => {
    const forecast = { mean: 0.01, variance: 0.02 }
    let last = 0
    for (const count of [1, 2, 3, 10, 100, 1000, 1e6]) {
      const surprise = surpriseOfMany(count, forecast)
      expect(surprise).toBeGreaterThan(last)
      last = surprise
    }
    expect(Number.isFinite(last)).toBe(true)
    expect(last).toBeGreaterThan(1e5)
  })

  it('is 0 on the other side of the mean', () => {
    expect(surpriseOfMany(3, { mean: 4, variance: 4 })).toBe(0)
    expect(surpriseOfFew(5, { mean: 4, variance: 4 })).toBe(0)
  })
})

const unit = { min: 0.001, max: 0.999, noNaN: true }

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}
