import fc from 'fast-check'
import { buildSessions } from '../src/build-sessions.js'
import { batchesOf } from './session-batches.js'
import { sessionKey } from '../src/session-key.js'

function eventsOf({ offsets, events }: { offsets: Int32Array; events: Int32Array }, session: number): number[] {
  return [...events.subarray(offsets[session], offsets[session + 1])]
}

test('without a key a session is what one process of one host wrote into one file', async () => {
  const lines = [
    { host: 'a', process: 'sshd', template: 0 },
    { host: 'b', process: 'sshd', template: 1 },
    { host: 'a', process: 'sshd', template: 2 },
    { host: 'a', process: 'cron', template: 3 },
    { host: 'a', process: 'sshd', template: 4, source: 'other.log' },
  ]
  const { sessions } = await buildSessions(batchesOf(lines))
  expect(sessions.keys).toEqual(['app.log/a/sshd', 'app.log/b/sshd', 'app.log/a/cron', 'other.log/a/sshd'])
  expect(eventsOf(sessions, 0)).toEqual([2, 4])
  expect([...sessions.rows]).toEqual([0, 2, 1, 3, 4])
})

test('with a key a line belongs to each session it names, and one that names none is counted', async () => {
  const lines = [
    { raw: 'start blk_1', template: 0, source: 'x' },
    { raw: 'start blk_2', template: 0, source: 'y' },
    { raw: 'heartbeat', template: 1 },
    { raw: 'delete blk_1 blk_2', template: 2, source: 'z' },
  ]
  const { sessions, rowsWithoutKey } = await buildSessions(batchesOf(lines), { key: sessionKey('hdfs-block') })
  expect(rowsWithoutKey).toBe(1)
  expect(sessions.keys).toEqual(['blk_1', 'blk_2'])
  expect([...sessions.rows]).toEqual([0, 3, 1, 3])
})

test('a silence longer than the timeout begins a session of the same key; lines without time end nothing', async () => {
  const lines = [{ time: 0 }, { time: 1000 }, {}, { time: 2000 }, { time: 3001 }, { time: 3002 }]
  const { sessions } = await buildSessions(batchesOf(lines), { timeoutMs: 1000 })
  expect(sessions.keys).toEqual(['app.log', 'app.log'])
  expect([...sessions.offsets]).toEqual([0, 4, 6])
})

test('a session that is full goes on as another', async () => {
  const { sessions } = await buildSessions(batchesOf([{}, {}, {}, {}, {}]), { maxEvents: 2 })
  expect([...sessions.offsets]).toEqual([0, 2, 4, 5])
})

test('a row without a template is an unknown event, others are what the caller says', async () => {
  const { sessions } = await buildSessions(batchesOf([{ template: -1 }, { template: 3 }]), {
    eventOf: (code) => code * 10,
  })
  expect([...sessions.events]).toEqual([1, 30])
})

test.each([{ timeoutMs: 0 }, { maxEvents: 0 }])('%o is refused', async (options) => {
  await expect(buildSessions(batchesOf([{}]), options)).rejects.toThrow('expected')
})

test('sessions do not depend on how rows are cut into batches, and hold each row once', async () => {
  const line = fc.record({
    host: fc.constantFrom('a', 'b', null),
    template: fc.integer({ min: 0, max: 3 }),
    time: fc.constantFrom(0, 5, 10, NaN),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 7 }), async (lines, size) => {
      const whole = await buildSessions(batchesOf(lines), { timeoutMs: 4 })
      expect(await buildSessions(batchesOf(lines, size), { timeoutMs: 4 })).toEqual(whole)
      expect([...whole.sessions.rows].sort((a, b) => a - b)).toEqual([...lines.keys()])
    }),
  )
})
