import { calibrate, pValues } from '../src/calibration.js'
import { fisher, strongest } from '../src/combine-p-values.js'
import { scoreSessions } from '../src/sessions/score-sessions.js'
import type { SessionModel } from '../src/sessions/session-model.js'
import { heldOutScores, trainSessionDetectors } from '../src/sessions/train-session-detectors.js'
import { sessionDetector } from '../src/sessions/session-detectors.js'
import { sessionsOf } from './make-sessions.js'
import { seededNumbers } from './make-windows.js'

/** Sessions 2 3 … 3 4 with one to six times the 3, more rarely a 5 in between. */
function makeSessions(count: number, seed: number): number[][] {
  const random = seededNumbers(seed)
  return Array.from({ length: count }, () => {
    const middle = Array.from({ length: 1 + Math.floor(6 * random() ** 2) }, () => (random() < 0.05 ? 5 : 3))
    return [2, ...middle, 4]
  })
}

test('a model survives JSON, finds what is strange and says which detector saw it', () => {
  const model = trainSessionDetectors(sessionsOf(makeSessions(4000, 1)))
  const stored = JSON.parse(JSON.stringify(model)) as SessionModel
  const strange = [
    [2, 3, 9, 4],
    [2, ...new Array<number>(40).fill(3), 4],
    [2, 3, 3, 4],
  ]
  const scores = scoreSessions(stored, sessionsOf(strange))
  expect([...scores.isAnomaly]).toEqual([1, 1, 0])
  const [newEvent, length] = scores.detectors
  expect(newEvent.pValue[0]).toBeLessThan(0.001)
  expect(newEvent.pValue[1]).toBe(1)
  expect(length.pValue[1]).toBeLessThan(0.001)
})

test('the budget is kept on sessions that were not learned from', () => {
  const budget = 0.01
  const model = trainSessionDetectors(sessionsOf(makeSessions(5000, 2)), { budget })
  const { isAnomaly } = scoreSessions(model, sessionsOf(makeSessions(20_000, 3)))
  const rate = isAnomaly.reduce((sum, flag) => sum + flag, 0) / 20_000
  expect(rate).toBeLessThan(2 * budget)
})

test('one odd training session among a few does not blind the detectors', () => {
  const few = makeSessions(20, 4)
  const odd = [2, ...Array.from({ length: 100 }, (_, i) => 100 + i), 4]
  const strange = [2, 200, 201, 202, 203, 204, 4]
  const model = trainSessionDetectors(sessionsOf([...few, odd]))
  expect([...scoreSessions(model, sessionsOf([strange, few[0]])).isAnomaly]).toEqual([1, 0])
})

test('held-out scores come from models that have not seen the session', () => {
  const sessions = sessionsOf([...makeSessions(30, 5), [2, 77, 4]])
  const heldOut = heldOutScores(sessionDetector('newEvent'), sessions)
  expect(heldOut[30]).toBe(1)
})

test('p-values fall as scores rise, and at the threshold they are the budget', () => {
  const random = seededNumbers(6)
  const normal = Float64Array.from({ length: 5000 }, () => -Math.log(random()))
  const calibration = calibrate(normal, { budget: 0.002, resolution: 0.1 })
  const p = pValues(calibration, Float64Array.from([0, 1, 3, 9, 30, calibration.threshold + 1e-9]))
  expect(p[0]).toBe(1)
  expect([...p.slice(0, 5)].sort((a, b) => b - a)).toEqual([...p.slice(0, 5)])
  expect(p[5]).toBeCloseTo(0.002, 3)
})

test('where most held-out scores are 0 the tail is of the others', () => {
  const scores = new Float64Array(1000).fill(0)
  for (let i = 0; i < 20; i++) scores[i] = 5 + i / 10
  const calibration = calibrate(scores, { budget: 0.001, resolution: 0.1 })
  expect([...pValues(calibration, Float64Array.from([0, 1, 6.05]))]).toEqual([1, 0.02, 0.009])
  expect(calibration.threshold).toBeGreaterThan(6)
})

test('strongest takes the smallest p-value, fisher adds up what all say', () => {
  const p = [Float64Array.from([0.1, 0.01]), Float64Array.from([0.001, 0.5])]
  expect([...strongest(p)]).toEqual([expect.closeTo(3, 10), expect.closeTo(2, 10)])
  expect([...fisher(p)]).toEqual([expect.closeTo(-Math.log(0.0001), 10), expect.closeTo(-Math.log(0.005), 10)])
})

test('too few sessions, options out of range and damaged models are errors that say so', () => {
  const sessions = sessionsOf(makeSessions(20, 7))
  expect(() => trainSessionDetectors(sessionsOf([[2]]))).toThrow('1 normal sessions, expected at least 8')
  expect(() => trainSessionDetectors(sessions, { budget: 0 })).toThrow('budget 0, expected')
  expect(() => trainSessionDetectors(sessions, { detectors: ['magic' as 'markov'] })).toThrow('detectors magic')
  const model = trainSessionDetectors(sessions)
  expect(() => scoreSessions({ ...model, version: 9 }, sessions)).toThrow('version 9')
})
