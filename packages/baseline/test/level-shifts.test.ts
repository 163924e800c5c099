import { findLevelShifts } from '../src/level-shifts.js'
import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { stationaryLog, windowsOf } from './make-windows.js'

const [HEARTBEAT, FRESH] = [30, 40]

/** A stationary log with a line of a template after every `every` lines. */
function logWith(template: number, every: number, { lines = 8000, seed = 1 } = {}): number[] {
  return stationaryLog(lines, seed).flatMap((line, i) => (i % every === every - 1 ? [line, template] : [line]))
}

async function judge(before: readonly number[], after: readonly number[]) {
  const model = trainBaseline(await windowsOf(logWith(HEARTBEAT, 10, { lines: 15_000 })))
  const windows = await windowsOf([...before, ...after])
  const scores = scoreBaseline(model, windows)
  return { scores, shifts: findLevelShifts(model, scores, windows), windows, change: before.length }
}

test('a heartbeat that stops for good alarms for at most 35 windows, and is one finding', async () => {
  const { scores, shifts, windows, change } = await judge(logWith(HEARTBEAT, 10, { seed: 2 }), stationaryLog(8000, 3))
  expect(shifts).toHaveLength(1)
  const [shift] = shifts
  expect(shift).toMatchObject({ template: HEARTBEAT, after: expect.closeTo(0, 0) })
  expect(shift.before).toBeGreaterThan(4)
  expect(Math.abs(windows.startRow[shift.firstWindow] - change)).toBeLessThan(100)
  expect(shift.lastWindow - shift.firstWindow).toBeLessThanOrEqual(35)
  // What is flagged after the recovery is no more than the budget's worth.
  const later = scores.isAnomaly.subarray(shift.lastWindow + 1)
  expect(later.reduce((sum, flag) => sum + flag, 0)).toBeLessThan(5)
})

test('a new template that stays is one finding, and alarms for the novelty windows', async () => {
  const { shifts } = await judge(logWith(HEARTBEAT, 10, { seed: 4 }), withBoth(5))
  expect(shifts.map(({ template }) => template)).toEqual([FRESH])
  expect(shifts[0]).toMatchObject({ before: 0 })
  expect(shifts[0].flagged).toBeLessThanOrEqual(23)
})

test('a level that triples is one finding', async () => {
  const { shifts } = await judge(logWith(HEARTBEAT, 10, { seed: 6 }), logWith(HEARTBEAT, 2, { seed: 7 }))
  expect(shifts.map(({ template }) => template)).toEqual([HEARTBEAT])
  expect(shifts[0].after / shifts[0].before).toBeGreaterThan(3)
})

test('what does not last is no shift: a burst, a short silence, one new line', async () => {
  const usual = logWith(HEARTBEAT, 10, { seed: 8 })
  const rest = logWith(HEARTBEAT, 10, { seed: 9 })
  for (const incident of [new Array<number>(60).fill(HEARTBEAT), stationaryLog(250, 10), [FRESH]]) {
    const { scores, shifts } = await judge(usual, [...incident, ...rest])
    expect(scores.isAnomaly.some((flag) => flag === 1)).toBe(true)
    expect(shifts).toEqual([])
  }
})

/** The heartbeat triples at line 3000 and is back at 9000. */
const risenForAWhile = [
  ...logWith(HEARTBEAT, 10, { lines: 10_000, seed: 11 }).slice(0, 3000),
  ...logWith(HEARTBEAT, 2, { lines: 10_000, seed: 12 }).slice(0, 6000),
  ...logWith(HEARTBEAT, 10, { lines: 10_000, seed: 13 }).slice(0, 8000),
]

test('a change ends when its alarms do: a later burst of the same template is not part of it', async () => {
  const burst = new Array<number>(60).fill(HEARTBEAT)
  const rest = [...burst, ...logWith(HEARTBEAT, 10, { lines: 3000, seed: 14 })]
  const { shifts, scores, windows, change } = await judge(risenForAWhile, rest)
  expect(shifts.map(({ template }) => template)).toEqual([HEARTBEAT])
  expect(Math.abs(windows.startRow[shifts[0].firstWindow] - 3000)).toBeLessThan(100)
  expect(windows.endRow[shifts[0].lastWindow]).toBeLessThan(9000)
  const flagged = [...scores.isAnomaly.keys()].filter((w) => scores.isAnomaly[w] === 1)
  expect(flagged.some((w) => windows.endRow[w] > change && windows.startRow[w] < change + burst.length)).toBe(true)
})

test('a template that changes again later is a second finding', async () => {
  const { shifts, windows, change } = await judge(risenForAWhile, stationaryLog(4000, 15))
  expect(shifts.map(({ template }) => template)).toEqual([HEARTBEAT, HEARTBEAT])
  expect(Math.abs(windows.startRow[shifts[1].firstWindow] - change)).toBeLessThan(200)
  expect(shifts[1].before).toBeGreaterThan(3)
  expect(shifts[1].before).toBeLessThan(7)
  expect(shifts[1].after).toBeLessThan(1)
})

/** The usual log, with a new template in it too. */
function withBoth(seed: number): number[] {
  return logWith(HEARTBEAT, 10, { seed }).flatMap((line, i) => (i % 40 === 20 ? [line, FRESH] : [line]))
}
