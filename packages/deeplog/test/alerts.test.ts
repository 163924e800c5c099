import fc from 'fast-check'
import { raiseAlerts, type JudgedEvents } from '../src/alerts.js'

interface Given {
  readonly time?: number
  readonly entity?: string
  readonly fails?: boolean
  readonly novel?: string
}

function judged(events: readonly Given[]): JudgedEvents {
  return {
    count: events.length,
    entity: events.map(({ entity }) => entity ?? 'host'),
    line: events.map((_, i) => `app.log:${i}`),
    time: events.map(({ time }, i) => (time === undefined ? i : time) * 1000),
    template: events.map(({ novel }) => novel ?? 't1'),
    isFailure: events.map(({ fails, novel }) => Number(fails === true || novel !== undefined)),
    isNovel: events.map(({ novel }) => Number(novel !== undefined)),
  }
}

const fail = { fails: true }

test('K failures of the last N alarm, with the current one among them and N events seen', () => {
  const { alerts, isTriggered } = raiseAlerts(judged([fail, {}, fail, fail, {}]), { k: 2, n: 3, cooldownSequenceMs: 0 })
  expect(alerts.map(({ event, failures }) => [event, failures])).toEqual([
    [2, 2],
    [3, 2],
  ])
  expect([...isTriggered]).toEqual([0, 0, 1, 1, 0])
})

test('a cooldown keeps an entity silent, not the others', () => {
  const events = Array.from({ length: 8 }, (_, i) => ({ ...fail, entity: i % 2 ? 'a' : 'b' }))
  const { alerts, isTriggered } = raiseAlerts(judged(events), { k: 1, n: 1, cooldownSequenceMs: 60_000 })
  expect(alerts.map(({ entity }) => entity)).toEqual(['b', 'a'])
  expect(isTriggered.every((triggered) => triggered === 1)).toBe(true)
})

test('an unknown template alarms once per entity and template until the cooldown is over', () => {
  const events = [{ novel: 'n1' }, { novel: 'n2' }, { novel: 'n1' }, { novel: 'n1', time: 100 }]
  const { alerts } = raiseAlerts(judged(events), { cooldownNoveltyMs: 60_000 })
  expect(alerts.map(({ type, event }) => [type, event])).toEqual([
    ['NOVELTY', 0],
    ['NOVELTY', 1],
    ['NOVELTY', 3],
  ])
  expect(raiseAlerts(judged(events), { novelty: false }).alerts).toEqual([])
})

test('a gap longer than the timeout forgets failures and begins another stretch', () => {
  const events = [fail, fail, { ...fail, time: 1000 }, { ...fail, time: 1001 }]
  const run = raiseAlerts(judged(events), { k: 3, n: 3, sessionTimeoutMs: 300_000 })
  expect(run.alerts).toEqual([])
  expect(run.sessions).toBe(2)
  expect(new Set(run.sessionId).size).toBe(2)
})

test('lines without a time end neither stretch nor cooldown', () => {
  const events = Array.from({ length: 5 }, () => ({ ...fail, time: NaN }))
  const run = raiseAlerts(judged(events), { k: 1, n: 1 })
  expect([run.alerts.length, run.sessions]).toEqual([1, 1])
})

test('ids are the same in every run and differ within one', () => {
  const event = fc.record({ time: fc.nat(2000), fails: fc.boolean(), entity: fc.constantFrom('a', 'b') })
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const options = { k: 1, n: 2, cooldownSequenceMs: 0 }
      const one = raiseAlerts(judged(events), options)
      expect(raiseAlerts(judged(events), options)).toEqual(one)
      expect(new Set(one.alerts.map(({ id }) => id)).size).toBe(one.alerts.length)
    }),
  )
})

test.each([{ k: 11 }, { k: 0 }, { cooldownSequenceMs: -1 }])('%o is refused', (options) => {
  expect(() => raiseAlerts(judged([]), options)).toThrow('expected')
})
