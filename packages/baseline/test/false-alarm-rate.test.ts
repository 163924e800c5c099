import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from './make-windows.js'

const SEEDS = [1, 2, 3, 4, 5]
/** 12,000 scored windows in all: 60 alarms are expected at the smaller budget, enough to tell 30 and 120 from it. */
const LINES = 120_000

describe('calibration on a stationary log', () => {
  it.each([0.005, 0.02])(
    'alarms on half to twice the budget of %p, over five seeds',
    async (budget) => {
      let alarms = 0
      let windows = 0
      for (const seed of SEEDS) {
        const log = stationaryLog(LINES, seed)
        const model = trainBaseline(await windowsOf(log.slice(0, LINES / 2)), { budget })
        const scores = scoreBaseline(model, await windowsOf(log.slice(LINES / 2)))
        alarms += scores.isAnomaly.reduce((sum, flag) => sum + flag, 0)
        windows += scores.count
      }
      expect(alarms / windows).toBeGreaterThan(budget / 2)
      expect(alarms / windows).toBeLessThan(budget * 2)
    },
    180_000,
  )
})
