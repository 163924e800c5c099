import {
  bandOf,
  scoreCalibration,
  scoreDetection,
  scoreFalseAlarms,
  scoreLatency,
  scoreMemory,
  wilsonLower,
} from '../src/validate/rubric.js'

const NORMAL = { windows: 400, flagged: 2, pValues: [], overlap: 2, budget: 0.005, from: 'the log' }
const FOUND = { plantedRecall: 1, planted: 20, labelledRecall: null, labelled: 0, flaggedNormal: 0 }

test('a bundle that flags everything, or nothing, gets no point for detection', () => {
  expect(scoreDetection(FOUND).points).toBe(55)
  expect(scoreDetection({ ...FOUND, flaggedNormal: 1 }).points).toBe(0)
  expect(scoreDetection({ ...FOUND, plantedRecall: 0 }).points).toBe(0)
  expect(scoreDetection({ ...FOUND, labelledRecall: 0.5, labelled: 4 }).points).toBeCloseTo(55 * 0.75)
})

test('false alarms cost points only where the evidence says that the budget is exceeded', () => {
  expect(scoreFalseAlarms(NORMAL).points).toBe(15)
  expect(scoreFalseAlarms({ ...NORMAL, flagged: 5 }).points).toBe(15)
  expect(scoreFalseAlarms({ ...NORMAL, flagged: 20 }).points).toBeLessThan(15)
  expect(scoreFalseAlarms({ ...NORMAL, flagged: 100 }).points).toBe(0)
  expect(wilsonLower(0.1, 100)).toBeCloseTo(0.0552, 4)
})

test('a handful of windows earns nothing, and says so', () => {
  const one = { ...NORMAL, windows: 1, flagged: 0, pValues: [1] }
  for (const { points, why } of [scoreFalseAlarms(one), scoreCalibration(one)]) {
    expect(points).toBe(0)
    expect(why).toMatch(/^too little data: 1 windows of the log/)
  }
  expect(scoreFalseAlarms({ ...NORMAL, windows: 40, flagged: 0 }).points).toBe(15)
  expect(scoreFalseAlarms({ ...NORMAL, windows: 39, flagged: 0 }).points).toBe(0)
})

test('p-values that promise too much cost points', () => {
  const fair = Array.from({ length: 400 }, (_, i) => (i + 1) / 400)
  expect(scoreCalibration({ ...NORMAL, pValues: fair }).points).toBe(10)
  expect(scoreCalibration({ ...NORMAL, pValues: fair.map((p) => p / 10) }).points).toBe(0)
})

test('slow and large bundles get fewer points, and bands are those of the reference system', () => {
  expect([10, 20, 200].map((ms) => Math.round(scoreLatency(ms, 1).points))).toEqual([5, 5, 0])
  expect([100, 600, 1200].map((mib) => scoreMemory(mib * 2 ** 20).points)).toEqual([5, 2.5, 0])
  expect([95, 90, 89.9, 70, 50, 49].map(bandOf)).toEqual(['excellent', 'excellent', 'good', 'good', 'fair', 'poor'])
})
