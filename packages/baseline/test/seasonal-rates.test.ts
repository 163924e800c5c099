import { countWindows, type WindowCounts } from '@sp/builders'
import { DictionaryColumn } from '@sp/log-table'
import { scoreBaseline } from '../src/score-baseline.js'
import { seasonalEvidence, seasonalRates } from '../src/seasonal-rates.js'
import { trainBaseline } from '../src/train-baseline.js'
import { seededNumbers } from './make-windows.js'

const HOUR = 3_600_000
const MONDAY = Date.UTC(2026, 2, 2)

/** By day templates 0 and 1, by night 2 and 3; 100 lines an hour. */
function makeWindows(days: number, { seed = 1, startDay = 0, swapAt = -1 } = {}): Promise<WindowCounts> {
  const random = seededNumbers(seed)
  const rowCount = days * 24 * 100
  const hours = Array.from({ length: rowCount }, (_, i) => Math.floor(i / 100))
  return countWindows([
    {
      rowCount,
      source: new DictionaryColumn(['a.log'], new Int32Array(rowCount)),
      lineNo: Int32Array.from(hours.keys()),
      timestamp: Float64Array.from(hours, (hour, i) => MONDAY + (startDay * 24 + hour) * HOUR + (i % 100) * 36_000),
      template: Int32Array.from(hours, (hour) => {
        const isNight = hour % 24 < 6
        const isSwapped = hour === swapAt
        return (isNight !== isSwapped ? 2 : 0) + (random() < 0.5 ? 1 : 0)
      }),
    },
  ])
}

test('rates are by hour of the day from 7 days on, by hour of the week from 28 on, else none', async () => {
  expect(seasonalRates(await makeWindows(6))).toBeNull()
  expect(seasonalRates(await makeWindows(8))?.exposure).toHaveLength(24)
  expect(seasonalRates(await makeWindows(28))?.exposure).toHaveLength(168)
})

test('each line counts once, at its hour', async () => {
  const rates = seasonalRates(await makeWindows(10))!
  const all = rates.totals.flat().reduce((sum, total) => sum + total, 0)
  expect(all / (10 * 2400)).toBeCloseTo(1, 1)
  const evidence = seasonalEvidence(rates, { template: 2, time: MONDAY + 3 * HOUR, rate: 0 })!
  expect(evidence.occurrences / evidence.exposure).toBeGreaterThan(12)
  expect(rates.totals[12][2] ?? 0).toBe(0)
  expect(seasonalEvidence(rates, { template: 2, time: NaN, rate: 1 })).toBeNull()
})

test('daily work at night is strange at noon only to a model that knows the hours', async () => {
  const model = trainBaseline(await makeWindows(14))
  const plain = { ...model, statistics: { ...model.statistics, seasons: null } }
  const judged = await makeWindows(3, { seed: 2, startDay: 14, swapAt: 36 })
  const [knowing, other] = [model, plain].map((one) => scoreBaseline(one, judged).score)
  const noon = judged.startTime.findIndex((time) => time >= MONDAY + (14 * 24 + 36) * HOUR)
  expect(knowing[noon]).toBeGreaterThan(other[noon] + 2)
  expect(scoreBaseline(model, judged).isAnomaly[noon]).toBe(1)
})
