import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from './make-windows.js'

const SEEDS = [1, 2, 3, 4, 5]

describe('calibration on a stationary log', () => {
  it.each([0.005, 0.02])('alarms on half to twice the budget of %p, over five seeds', async (budget) => {
    let alarms = 0
    let windows = 0
    for (const seed of SEEDS) {
      const log = stationaryLog(400_000, seed)
      const model = trainBaseline(await windowsOf(log.slice(0, 200_000)), { budget })
      const scores = scoreBaseline(model, await windowsOf(log.slice(200_000)))
      const seedAlarms = scores.isAnomaly.reduce((sum, flag) => sum + flag, 0)
      if (process.env.SP_PRINT)
        console.log(budget, seed, seedAlarms / scores.count, model.threshold, model.tail.scale, model.tail.shape)
      alarms += seedAlarms
      windows += scores.count
    }
    expect(alarms / windows).toBeGreaterThan(budget / 2)
    expect(alarms / windows).toBeLessThan(budget * 2)
  })
})
