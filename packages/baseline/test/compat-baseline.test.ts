import { readFileSync } from 'node:fs'
import { scoreCompatBaseline } from '../src/compat-baseline.js'
import { BaselineError } from '../src/errors.js'
import { windowsOf, windowsOfCounts } from './make-windows.js'

const fixture = JSON.parse(readFileSync(new URL('fixtures/compat-baseline.json', import.meta.url), 'utf8'))

describe('scoreCompatBaseline', () => {
  it('gives the numbers that pandas gives, to 12 digits', () => {
    const scores = scoreCompatBaseline(windowsOfCounts(fixture.counts), fixture)
    expectClose(scores.frequency, fixture.freqZ)
    expectClose(scores.unseenRate, fixture.unseenRate)
    expectClose(scores.frequencyNorm, fixture.freqNorm)
    expectClose(scores.score, fixture.score)
    expect(scores.threshold).toBeCloseTo(fixture.threshold, 12)
    expect([...scores.isAnomaly]).toEqual(fixture.isAnomaly)
  })

  it('cannot rise above 1.386, whatever the spike: the limit it is kept to show', () => {
    const counts = Array.from({ length: 201 }, (_, w) => [1, w === 200 ? 1000 : 0])
    expect(scoreCompatBaseline(windowsOfCounts(counts)).frequency[200]).toBeCloseTo(1.386, 3)
  })

  it('flags every window of a log that never changes, as the reference system does', async () => {
    const scores = scoreCompatBaseline(await windowsOf(new Array(500).fill(0)), { q: 0.9 })
    expect([...scores.isAnomaly]).toEqual(new Array(20).fill(1))
  })

  it('returns an empty result for no windows', async () => {
    expect(scoreCompatBaseline(await windowsOf([])).count).toBe(0)
  })

  it('refuses options out of range', async () => {
    const windows = await windowsOf([0])
    expect(() => scoreCompatBaseline(windows, { ewmAlpha: 1 })).toThrow(BaselineError)
    expect(() => scoreCompatBaseline(windows, { q: 2 })).toThrow('q 2, expected 0 to 1')
  })
})

function expectClose(actual: Float64Array, expected: number[]): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i] - value)).toBeLessThan(1e-12)
}
