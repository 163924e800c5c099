import fc from 'fast-check'
import {
  SessionGatherer,
  type ClosedSessions,
  type SessionGathererOptions,
  type SessionGathererSnapshot,
} from '../src/session-gatherer.js'
import { sessionKey } from '../src/session-key.js'
import type { SessionColumns } from '../src/session-keys.js'
import { batchesOf, type Line } from './session-batches.js'

/** Sessions as objects, in the order in which they ended. */
function listOf<P>({ count, keys, offsets, rows, endings, numbers, templates, times, payloads }: ClosedSessions<P>) {
  return Array.from({ length: count }, (_, s) => {
    const [from, to] = [offsets[s], offsets[s + 1]]
    return {
      key: keys[s],
      rows: [...rows.subarray(from, to)],
      templates: [...templates.subarray(from, to)],
      times: [...times.subarray(from, to)],
      payloads: payloads.slice(from, to),
      ending: endings[s],
      number: numbers[s],
    }
  })
}

function gather(lines: readonly Line[], options: SessionGathererOptions) {
  const gatherer = new SessionGatherer(options)
  const [batch] = batchesOf(lines)
  return [...listOf(gatherer.push(batch)), ...listOf(gatherer.flush())].map(({ key, rows, ending }) => [
    key,
    rows,
    ending,
  ])
}

test('a silence ends a session when any row of the source shows that it has lasted', () => {
  const lines = [
    { host: 'a', time: 0 },
    { host: 'b', time: 900 },
    { host: 'b', time: 1001 },
    { host: 'a', time: 1002 },
  ]
  expect(gather(lines, { timeoutMs: 1000 })).toEqual([
    ['app.log/a', [0], 'silence'],
    ['app.log/b', [1, 2], 'log-end'],
    ['app.log/a', [3], 'log-end'],
  ])
})

test('a session without a known time is as old as the first known time', () => {
  const lines = [{ host: 'a' }, { host: 'b', time: 0 }, { host: 'b', time: 10 }, { host: 'b', time: 11 }]
  expect(gather(lines, { timeoutMs: 10 })).toEqual([
    ['app.log/a', [0], 'silence'],
    ['app.log/b', [1, 2, 3], 'log-end'],
  ])
})

test('where too many are open the one quiet for longest is cut, and is said to be', () => {
  const lines = ['a', 'b', 'a', 'c', 'b'].map((host) => ({ host }))
  expect(gather(lines, { maxOpen: 2 })).toEqual([
    ['app.log/b', [1], 'cut'],
    ['app.log/a', [0, 2], 'cut'],
    ['app.log/c', [3], 'log-end'],
    ['app.log/b', [4], 'log-end'],
  ])
})

test('a session that is full is over at once', () => {
  expect(gather([{}, {}, {}], { maxEvents: 2 })).toEqual([
    ['app.log', [0, 1], 'full'],
    ['app.log', [2], 'log-end'],
  ])
})

test('a clock that is set back ends nothing, and time goes on from there', () => {
  const lines = [
    { host: 'a', time: 1e9 },
    { host: 'b', time: 0 },
    { host: 'b', time: 900 },
    { host: 'b', time: 1001 },
  ]
  expect(gather(lines, { timeoutMs: 1000 })).toEqual([
    ['app.log/a', [0], 'silence'],
    ['app.log/b', [1, 2, 3], 'log-end'],
  ])
})

test('an event carries what the caller gives it', () => {
  const [batch] = batchesOf([{ raw: 'blk_1 blk_2' }, { raw: 'no key' }, { raw: 'again blk_1' }])
  const gatherer = new SessionGatherer({ key: sessionKey('hdfs-block'), payloadOf: ({ raw }, i) => raw!.at(i) })
  gatherer.push(batch)
  expect(gatherer.openCount).toBe(2)
  expect(gatherer.rowsWithoutKey).toBe(1)
  expect(listOf(gatherer.flush()).map(({ payloads }) => payloads)).toEqual([
    ['blk_1 blk_2'],
    ['blk_1 blk_2', 'again blk_1'],
  ])
})

const line = fc.record({
  host: fc.constantFrom('a', 'b', 'c', null),
  template: fc.integer({ min: -1, max: 3 }),
  time: fc.constantFrom(0, 5, 10, 100_000, NaN),
})

test('neither how rows are cut into batches nor a snapshot in between changes anything', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 7 }), fc.nat(), (lines, size, at) => {
      const options: SessionGathererOptions<number> = {
        timeoutMs: 4,
        maxEvents: 3,
        maxOpen: 2,
        payloadOf: ({ template }: SessionColumns, i: number) => template[i],
      }
      const whole = new SessionGatherer(options)
      const expected = [...listOf(whole.push(batchesOf(lines)[0])), ...listOf(whole.flush())]
      const batches = batchesOf(lines, size)
      let gatherer = new SessionGatherer(options)
      const found = batches.flatMap((batch, b) => {
        if (b === at % batches.length) {
          const snapshot = JSON.parse(JSON.stringify(gatherer.snapshot())) as SessionGathererSnapshot<number>
          gatherer = new SessionGatherer(options, snapshot)
        }
        return listOf(gatherer.push(batch))
      })
      expect([...found, ...listOf(gatherer.flush())]).toEqual(expected)
    }),
  )
})
