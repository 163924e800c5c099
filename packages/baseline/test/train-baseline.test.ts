import { BaselineError } from '../src/errors.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from './make-windows.js'

describe('trainBaseline', () => {
  it('gives the same model for the same windows', async () => {
    const windows = await windowsOf(stationaryLog(5000, 1))
    expect(JSON.stringify(trainBaseline(windows))).toBe(JSON.stringify(trainBaseline(windows)))
  })

  it('counts a line that lies in two windows once', async () => {
    const log = stationaryLog(50_000, 1)
    const { statistics } = trainBaseline(await windowsOf(log))
    expect(statistics.exposure).toBeCloseTo(1000, -1)
    const ofFirst = log.filter((template) => template === 0).length
    expect(Math.abs(statistics.totals[0] - ofFirst)).toBeLessThan(0.002 * ofFirst)
  })

  it('sets a higher threshold for a smaller budget', async () => {
    const windows = await windowsOf(stationaryLog(20_000, 1))
    const [strict, loose] = [0.001, 0.05].map((budget) => trainBaseline(windows, { budget }).threshold)
    expect(strict).toBeGreaterThan(loose)
  })

  it('makes one new line weigh at least as much as the threshold of frequencies alone', async () => {
    const model = trainBaseline(await windowsOf(stationaryLog(20_000, 1)))
    expect(model.novelty).toBeGreaterThan(model.threshold)
  })

  it('says how much data there is, how much is needed and what to do when there is too little', async () => {
    const windows = await windowsOf(stationaryLog(120, 1))
    expect(() => trainBaseline(windows)).toThrow(BaselineError)
    expect(() => trainBaseline(windows)).toThrow(
      '5 normal windows of 50 rows, 120 lines in all; expected at least 16 windows and 200 lines ' +
        '(400 lines of one source are enough); give more normal logs, or choose a smaller window and stride',
    )
    const overlapping = await windowsOf(stationaryLog(100, 1), { stride: 1 })
    expect(() => trainBaseline(overlapping)).toThrow('100 normal windows of 50 rows, 100 lines in all')
    expect(() => trainBaseline(windows, {})).toThrow(expect.objectContaining({ code: 'too-little-data' }))
  })

  it('gives finite numbers for the least data it takes, whatever the overlap', async () => {
    for (const stride of [1, 10, 25, 50]) {
      const model = trainBaseline(await windowsOf(stationaryLog(stride === 50 ? 800 : 400, 2), { stride }))
      expect([model.threshold, model.novelty, model.tail.scale].every(Number.isFinite)).toBe(true)
    }
    expect(Number.isFinite(trainBaseline(await windowsOf(stationaryLog(200, 2), { stride: 1 })).threshold)).toBe(true)
  })

  it('refuses options out of range', async () => {
    const windows = await windowsOf(stationaryLog(2000, 1))
    expect(() => trainBaseline(windows, { budget: 0 })).toThrow('budget 0, expected above 0 and at most 0.1')
    expect(() => trainBaseline(windows, { memory: 1 })).toThrow('memory 1, expected 2 windows or more')
    expect(() => trainBaseline(windows, { noveltyWindows: 0 })).toThrow('noveltyWindows 0, expected 1 window or more')
  })
})
