// Asked against measured false-alarm rate on seeded stationary logs, and the speed of scoring.
// node --conditions=@sp/source --import tsx packages/baseline/bench/calibration.ts
import { scoreBaseline } from '../src/score-baseline.js'
import { scoreCompatBaseline } from '../src/compat-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from '../test/make-windows.js'

const SEEDS = [1, 2, 3, 4, 5]

for (const budget of [0.001, 0.005, 0.02]) {
  const rates: string[] = []
  let elapsedMs = 0
  let windows = 0
  for (const seed of SEEDS) {
    const log = stationaryLog(400_000, seed)
    const model = trainBaseline(await windowsOf(log.slice(0, 200_000)), { budget })
    const target = await windowsOf(log.slice(200_000))
    const start = performance.now()
    const scores = scoreBaseline(model, target)
    elapsedMs += performance.now() - start
    windows += scores.count
    rates.push(percent(scores.isAnomaly))
  }
  console.log(
    `budget ${budget * 100} %: measured ${rates.join(', ')}; ${Math.round((windows / elapsedMs) * 1000)} windows/s`,
  )
}

for (const lines of [400, 1000, 3000, 10_000]) {
  const flags: number[] = []
  for (let seed = 10; seed < 60; seed++) {
    const log = stationaryLog(lines + 20_000, seed)
    const model = trainBaseline(await windowsOf(log.slice(0, lines)))
    flags.push(...scoreBaseline(model, await windowsOf(log.slice(lines))).isAnomaly)
  }
  console.log(`budget 0.5 %, ${lines} training lines, 50 seeds: measured ${percent(flags)}`)
}

const reference = scoreCompatBaseline(await windowsOf(stationaryLog(200_000, 1)))
console.log(`reference system's baseline: ${percent(reference.isAnomaly)} of a clean log`)

function percent(flags: ArrayLike<number>): string {
  return `${((100 * Array.from(flags).reduce((sum, flag) => sum + flag, 0)) / flags.length).toFixed(2)} %`
}
