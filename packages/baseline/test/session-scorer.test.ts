import { selectSessions } from '../src/sessions/select-sessions.js'
import { SESSION_DETECTORS, type SessionDetectorName } from '../src/sessions/session-detectors.js'
import { SessionScorer } from '../src/sessions/session-scorer.js'
import { scoreSessions } from '../src/sessions/score-sessions.js'
import { trainSessionDetectors } from '../src/sessions/train-session-detectors.js'
import { sessionsOf } from './make-sessions.js'

/** Sessions 2 3 4 with a few more 3 in the middle, ended by 5; a second between events. */
const events = Array.from({ length: 400 }, (_, i) => [2, ...new Array<number>(1 + (i % 4)).fill(3), 4, 5])
const normal = sessionsOf(
  events,
  events.map((session) => session.map((_, i) => i + (session.length % 3) / 10)),
)
const names = Object.keys(SESSION_DETECTORS) as SessionDetectorName[]
const model = trainSessionDetectors(normal, { detectors: names, budget: 0.01 })
const strange = sessionsOf([
  [2, 3, 4, 5],
  [2, 3, 9, 4, 5],
  [2, 3],
  [3, 2, 4, 5],
  [2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5],
])

test('one session after the other is scored as all at once', () => {
  const scorer = new SessionScorer(model)
  const whole = scoreSessions(model, strange)
  for (let s = 0; s < strange.count; s++) {
    const one = scorer.score(selectSessions(strange, [s]))
    expect([one.score[0], one.pValue[0], one.isAnomaly[0]]).toEqual([
      whole.score[s],
      whole.pValue[s],
      whole.isAnomaly[s],
    ])
  }
  expect([...whole.isAnomaly]).toEqual([0, 1, 1, 1, 1])
})

test('an unfinished session is judged by what it holds, not by what it lacks', () => {
  const scorer = new SessionScorer(model)
  const scores = scorer.score(strange, { isUnfinished: () => true })
  expect([...scores.isAnomaly]).toEqual([0, 1, 0, 1, 1])
  for (const { score } of scores.detectors) expect(score[2]).toBeLessThanOrEqual(score[0])
  const cut = { ...strange, endings: strange.keys.map(() => 'cut' as const) }
  expect(scorer.score(cut)).toEqual(scores)
})

describe('evidence', () => {
  function told(name: SessionDetectorName, session: readonly number[], seconds?: readonly number[]) {
    const one = new SessionScorer(trainSessionDetectors(normal, { detectors: [name], budget: 0.01 }))
    return one.explain(sessionsOf([session], seconds && [seconds]), 0)
  }

  it('of a new event names its template', () => {
    expect(told('newEvent', [2, 3, 9, 9, 4, 5])).toEqual([
      { kind: 'new-template', template: 7, count: 2, expected: 0, surprise: expect.any(Number) },
    ])
  })

  it('of a new event that the vocabulary does not know names the template of the line', () => {
    const sessions = { ...sessionsOf([[2, 3, 1, 4, 5]]), templates: Int32Array.of(0, 1, 42, 2, 3) }
    const scorer = new SessionScorer(trainSessionDetectors(normal, { detectors: ['newEvent'], budget: 0.01 }))
    expect(scorer.explain(sessions, 0)[0]).toMatchObject({ kind: 'new-template', template: 42 })
  })

  it('of a length gives the range', () => {
    expect(told('length', [2, 3])).toMatchObject([{ kind: 'session-length', events: 2, shortest: 4, longest: 7 }])
  })

  it('of counts gives the differences from the nearest normal session, the heaviest first', () => {
    const [found] = told('countVectorIdf', [2, 3, 3, 5, 9])
    expect(found).toMatchObject({ kind: 'session-counts' })
    expect(found).toHaveProperty('differences', [
      { template: 7, count: 1, usual: 0 },
      { template: 2, count: 0, usual: 1 },
    ])
  })

  it('of an order says what usually comes there', () => {
    const expected = { kind: 'unexpected-order', template: 2, after: 0, expected: [1], row: 1 }
    expect(told('markov', [2, 4, 5])).toMatchObject([expected])
    expect(told('ngram2', [2, 4, 5])).toMatchObject([{ ...expected, probability: 0 }])
  })

  it('of an end says that it came too early', () => {
    expect(told('markov', [2, 3])).toMatchObject([{ kind: 'session-end', template: 1, row: 1 }])
    expect(told('ngram2', [2, 3])).toMatchObject([{ kind: 'session-end', template: 1, row: 1, probability: 0 }])
  })

  it('of a pace says how late', () => {
    const [found] = told('timing', [2, 3, 4, 5], [0, 1, 500, 501])
    expect(found).toMatchObject({ kind: 'late', template: 2, after: 1, gapMs: 499_000, row: 2 })
  })
})
