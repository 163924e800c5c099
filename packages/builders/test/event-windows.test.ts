import fc from 'fast-check'
import { AT_END, eventWindows, NOT_PREDICTED } from '../src/event-windows.js'
import type { Sessions } from '../src/sessions.js'

function sessionsOf(lists: readonly (readonly number[])[]): Sessions {
  const offsets = new Int32Array(lists.length + 1)
  lists.forEach((events, s) => (offsets[s + 1] = offsets[s] + events.length))
  const events = Int32Array.from(lists.flat())
  const rows = Int32Array.from(events.keys())
  return { count: lists.length, keys: lists.map(String), offsets, events, rows, times: new Float64Array(events.length) }
}

function rows(data: Int32Array, width: number): number[][] {
  return Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)])
}

test('next: the events before each event, padded at the left, and the end of closed sessions', () => {
  const { inputs, targets, event, session } = eventWindows(sessionsOf([[5, 6, 7], [8]]), { window: 2, closed: true })
  expect(rows(inputs, 2)).toEqual([
    [0, 0],
    [0, 5],
    [5, 6],
    [6, 7],
    [0, 0],
    [0, 8],
  ])
  expect([...targets]).toEqual([5, 6, 7, 0, 8, 0])
  expect([...event]).toEqual([0, 1, 2, AT_END, 3, AT_END])
  expect([...session]).toEqual([0, 0, 0, 0, 1, 1])
})

test('every: the begin and the session, each step saying what follows', () => {
  const windows = eventWindows(sessionsOf([[5, 6]]), { window: 4, predict: 'every', closed: true })
  expect([...windows.inputs]).toEqual([0, 5, 6, 0])
  expect([...windows.targets]).toEqual([5, 6, 0, 0])
  expect([...windows.event]).toEqual([0, 1, AT_END, NOT_PREDICTED])
})

test('every: what does not fit goes on half a window later, each event predicted once', () => {
  const windows = eventWindows(sessionsOf([[2, 3, 4, 5, 6, 7, 8]]), { window: 4, predict: 'every' })
  expect(rows(windows.inputs, 4)).toEqual([
    [0, 2, 3, 4],
    [3, 4, 5, 6],
    [5, 6, 7, 0],
  ])
  expect(rows(windows.event, 4)).toEqual([
    [0, 1, 2, 3],
    [-2, -2, 4, 5],
    [-2, -2, 6, -2],
  ])
})

test('every event and every end is predicted exactly once, its input being the event before it', () => {
  const lists = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }), { maxLength: 5 })
  fc.assert(
    fc.property(
      lists,
      fc.integer({ min: 2, max: 9 }),
      fc.constantFrom('next', 'every'),
      fc.boolean(),
      (given, window, predict, closed) => {
        const sessions = sessionsOf(given)
        const { inputs, targets, event, session, predictions, count } = eventWindows(sessions, {
          window,
          predict,
          closed,
        })
        const found = [...event].filter((at) => at >= 0).sort((a, b) => a - b)
        expect(found).toEqual([...sessions.events.keys()])
        expect([...event].filter((at) => at === AT_END)).toHaveLength(closed ? given.length : 0)
        for (let i = 0; i < count * predictions; i++) {
          if (event[i] === NOT_PREDICTED) continue
          const [w, p] = [Math.floor(i / predictions), i % predictions]
          const [from, to] = [sessions.offsets[session[w]], sessions.offsets[session[w] + 1]]
          const at = event[i] === AT_END ? to : event[i]
          expect(targets[i]).toBe(at < to ? sessions.events[at] : 0)
          const last = inputs[w * window + (predict === 'next' ? window - 1 : p)]
          expect(last).toBe(at > from ? sessions.events[at - 1] : 0)
        }
      },
    ),
  )
})

test('a window that is no positive integer is refused', () => {
  expect(() => eventWindows(sessionsOf([]), { window: 0 })).toThrow('expected an integer of 1 or more')
})
