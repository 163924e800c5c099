import fc from 'fast-check'
import { SESSION_DETECTORS, sessionDetector, type SessionDetectorName } from '../src/sessions/session-detectors.js'
import { sessionsOf } from './make-sessions.js'

const NAMES = Object.keys(SESSION_DETECTORS) as SessionDetectorName[]
const normal = [
  [2, 3, 4, 5],
  [2, 3, 3, 4, 5],
  [2, 4, 3, 5],
]

function scoresOf(name: SessionDetectorName, sessions: readonly (readonly number[])[], closed = true): number[] {
  const detector = sessionDetector(name)
  return [...detector.score(detector.train(sessionsOf(normal), { closed }), sessionsOf(sessions))]
}

test('newEvent counts the distinct events that no normal session held', () => {
  expect(scoresOf('newEvent', [normal[0], [2, 9, 9, 1], []])).toEqual([0, 2, 0])
})

test('newEvent never learns the unknown event as known', () => {
  const model = SESSION_DETECTORS.newEvent.train(sessionsOf([[2, 1, 3]]), { closed: true })
  expect(model.events).toEqual([2, 3])
  expect([...SESSION_DETECTORS.newEvent.score(model, sessionsOf([[2, 1, 3]]))]).toEqual([1])
})

test('length counts the events beyond the shortest and the longest, and below the shortest only of closed sessions', () => {
  const sessions = [normal[0], [2], [2, 3, 3, 3, 3, 4, 5]]
  expect(scoresOf('length', sessions)).toEqual([0, 3, 2])
  expect(scoresOf('length', sessions, false)).toEqual([0, 0, 2])
})

test('ngram2 counts unseen pairs, the marks of begin and end included', () => {
  // 5 ends every normal session; a session that stops at 4 has one unseen pair, one that begins with 3 another.
  expect(scoresOf('ngram2', [normal[1], [2, 3, 4], [3, 4, 5]])).toEqual([0, 1, 1])
  expect(scoresOf('ngram2', [[2, 3, 4]], false)).toEqual([0])
})

test('ngram3 sees an order that pairs do not show', () => {
  // All pairs of 2 4 3 4 5 occur in normal sessions, the run 4 3 4 does not.
  expect(scoresOf('ngram2', [[2, 4, 3, 4, 5]])).toEqual([0])
  expect(scoresOf('ngram3', [[2, 4, 3, 4, 5]])[0]).toBeGreaterThan(0)
})

test('markov gives −ln of the discounted share of the rarest transition', () => {
  // Kinds: 2, 3, 4, 5, the end, and whatever is unknown. After 3 came 4 twice, 3 and 5 once; after 2 came 3 twice, 4 once.
  const kinds = 6
  const [seen, unseen] = scoresOf('markov', [normal[2], [2, 5]])
  expect(seen).toBeCloseTo(-Math.log((1 - 0.5 + (0.5 * 3) / kinds) / 4), 10)
  expect(unseen).toBeCloseTo(-Math.log((0.5 * 2) / kinds / 3), 10)
})

test('countVector is the relative L1 distance to the nearest normal counts, whatever the order', () => {
  const [same, longer, strange] = scoresOf('countVector', [
    [5, 4, 3, 2],
    [2, 3, 4, 5, 5],
    [8, 9],
  ])
  expect(same).toBe(0)
  expect(longer).toBeCloseTo(1 / 9, 10)
  expect(strange).toBe(1)
})

test('countVectorIdf weighs a rare event more than one that every session holds', () => {
  const [common, rare] = scoresOf('countVectorIdf', [
    [2, 3, 4, 5, 5],
    [2, 3, 4, 5, 9],
  ])
  expect(rare).toBeGreaterThan(common * 1.5)
})

test('editDistance is the share of events to change towards the nearest normal sequence', () => {
  expect(scoresOf('editDistance', [normal[1], [2, 3, 5], [9, 9, 9, 9]])).toEqual([0, 1 / 4, 1])
})

test('editDistance is the true distance to the nearest of a few sequences', () => {
  const event = fc.integer({ min: 2, max: 5 })
  const session = fc.array(event, { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(session, { minLength: 1, maxLength: 6 }), session, (trained, scored) => {
      const detector = sessionDetector('editDistance')
      const [score] = detector.score(detector.train(sessionsOf(trained)), sessionsOf([scored]))
      const exact = trained.map((other) => recursiveDistance(scored, other) / Math.max(scored.length, other.length))
      expect(score).toBeCloseTo(Math.min(...exact), 10)
    }),
  )
})

test('timing finds the gap that is far longer than its kind, and nothing where there are no times', () => {
  const events = Array.from({ length: 20 }, () => [2, 3, 4])
  const trained = sessionsOf(
    events,
    events.map((_, i) => [0, 1 + (i % 3), 60 + (i % 7)]),
  )
  const detector = sessionDetector('timing')
  const model = detector.train(trained)
  const [usual, slow] = detector.score(
    model,
    sessionsOf(
      [
        [2, 3, 4],
        [2, 3, 4],
      ],
      [
        [0, 2, 63],
        [0, 90, 150],
      ],
    ),
  )
  expect(usual).toBeLessThan(2)
  expect(slow).toBeGreaterThan(10)
  expect([...detector.score(model, sessionsOf([[2, 3, 4]]))]).toEqual([0])
})

test.each(NAMES)('%s: scores of any sessions are finite, 0 or more, and a model survives JSON', (name) => {
  const detector = sessionDetector(name)
  const session = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 })
  const times = fc.array(fc.oneof(fc.double({ noNaN: true, min: 0, max: 1e6 }), fc.constant(NaN)), {
    minLength: 12,
    maxLength: 12,
  })
  fc.assert(
    fc.property(
      fc.array(session, { minLength: 1, maxLength: 8 }),
      fc.array(session),
      times,
      (trained, scored, some) => {
        function timed(list: readonly number[][]) {
          return sessionsOf(
            list,
            list.map((events) => some.slice(0, events.length)),
          )
        }
        const model = detector.train(timed(trained))
        const scores = detector.score(model, timed(scored))
        expect(scores.every((score) => score >= 0 && Number.isFinite(score))).toBe(true)
        expect(detector.score(JSON.parse(JSON.stringify(model)), timed(scored))).toEqual(scores)
      },
    ),
    { numRuns: 50 },
  )
})

function recursiveDistance(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length
  if (a[0] === b[0]) return recursiveDistance(a.slice(1), b.slice(1))
  return (
    1 +
    Math.min(
      recursiveDistance(a.slice(1), b),
      recursiveDistance(a, b.slice(1)),
      recursiveDistance(a.slice(1), b.slice(1)),
    )
  )
}
