import { findDrift } from '../src/drift.js'
import { sessionsOf } from './make-sessions.js'

const OLD = [2, 3, 4]
const NEW = [2, 3]
const model = { replay: [{ events: OLD, occurrences: 100 }], events: OLD }

/** 300 sessions; those for which `isNew` holds are of the new kind. */
function judged(isNew: (s: number) => boolean) {
  const lists = Array.from({ length: 300 }, (_, s) => (isNew(s) ? NEW : OLD))
  const sessions = sessionsOf(lists)
  sessions.times.forEach((_, i) => (sessions.times[i] = i * 1000))
  return findDrift(sessions, model, { isFlagged: lists.map((events) => Number(events === NEW)) })
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
  const replay = [...model.replay, { events: NEW, occurrences: 20 }]
  expect(findDrift(sessions, { ...model, replay }, { isFlagged: new Uint8Array(300) })).toBeNull()
})

test.each([
  ['rare', (s: number) => s % 25 === 0],
  ['over again', (s: number) => s >= 100 && s < 150],
  ['none', () => false],
])('what is %s is no drift', (_, isNew) => {
  expect(judged(isNew)).toBeNull()
})

/** Ordinary until session 100, then half of the new kind. */
function changed() {
  return sessionsOf(Array.from({ length: 300 }, (_, s) => (s >= 100 && s % 2 === 0 ? NEW : OLD)))
}

test('what is there from the start is no change, however often it occurs', () => {
  const sessions = sessionsOf(Array.from({ length: 300 }, (_, s) => (s >= 90 ? NEW : OLD)))
  expect(findDrift(sessions, model, { isFlagged: new Uint8Array(300) })).toBeNull()
})

test('after a stretch of which most is flagged nothing is told to be normal', () => {
  expect(findDrift(changed(), model, { isFlagged: new Uint8Array(300) })).not.toBeNull()
  expect(findDrift(changed(), model, { isFlagged: new Uint8Array(300).fill(1) })).toBeNull()
})

test('sessions with an event that training did not hold are no drift', () => {
  expect(findDrift(changed(), { ...model, events: [2, 4] }, { isFlagged: new Uint8Array(300) })).toBeNull()
})
