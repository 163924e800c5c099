import { findDrift } from '../src/drift.js'
import { sessionsOf } from './make-sessions.js'

const OLD = [2, 3, 4]
const NEW = [2, 3]
const training = [{ events: OLD, occurrences: 100 }]

/** 300 sessions; those for which `isNew` holds are of the new kind. */
function judged(isNew: (s: number) => boolean) {
  const lists = Array.from({ length: 300 }, (_, s) => (isNew(s) ? NEW : OLD))
  const sessions = sessionsOf(lists)
  sessions.times.forEach((_, i) => (sessions.times[i] = i * 1000))
  return findDrift(sessions, training)
}

test('a kind that came to stay is drift, told with its time and what it lacks', () => {
  const drift = judged((s) => s >= 100 && s % 2 === 0)!
  expect(drift.firstSession).toBe(100)
  expect(drift.time).toBe(300 * 1000)
  expect(drift.sessions).toHaveLength(100)
  expect(drift.share).toBeCloseTo(0.5)
  expect(drift.templates).toEqual([{ event: 4, before: 1, after: 0 }])
})

test('a kind that training held already is none', () => {
  const sessions = sessionsOf(Array.from({ length: 300 }, (_, s) => (s % 2 ? NEW : OLD)))
  expect(findDrift(sessions, [...training, { events: NEW, occurrences: 20 }])).toBeNull()
})

test.each([
  ['rare', (s: number) => s % 25 === 0],
  ['over again', (s: number) => s >= 100 && s < 150],
  ['none', () => false],
])('what is %s is no drift', (_, isNew) => {
  expect(judged(isNew)).toBeNull()
})
