import fc from 'fast-check'
import { countWindows } from '../src/count-windows.js'
import { joinWindows } from '../src/join-windows.js'
import { WindowCounter, type WindowCounterSnapshot } from '../src/window-counter.js'
import { logOf } from './log-of.js'

const line = fc.record({
  source: fc.constant('a'),
  template: fc.integer({ min: -1, max: 5 }),
  time: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: NaN }),
})
const shape = fc.record({ windowSize: fc.integer({ min: 1, max: 7 }), stride: fc.integer({ min: 1, max: 7 }) })

test('a window is given out with the row that completes it, the short ones when the log ends', () => {
  const counter = new WindowCounter({ windowSize: 3, stride: 2, source: 'a' })
  const log = logOf(Array.from({ length: 6 }, (_, i) => ({ source: 'a', template: i % 2, time: i })))
  const given = Array.from({ length: 6 }, (_, i) => [...counter.push(log, { from: i, to: i + 1 }).startRow])
  expect(given).toEqual([[], [], [0], [], [2], []])
  const rest = counter.flush()
  expect([...rest.startRow, ...rest.endRow]).toEqual([4, 6])
  expect(rest.sources).toEqual(['a'])
  expect(counter.nextRow).toBe(6)
})

test('neither how rows are cut into batches nor a snapshot in between changes the windows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 60 }),
      shape,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      async (log, options, size, at) => {
        const snapshotAt = at % Math.ceil(log.length / size)
        let counter = new WindowCounter({ ...options, source: 'a' })
        const parts = []
        for (let i = 0; i < log.length; i += size) {
          if (i === snapshotAt * size) {
            const snapshot = JSON.parse(JSON.stringify(counter.snapshot())) as WindowCounterSnapshot
            counter = new WindowCounter({ ...options, source: 'a' }, snapshot)
          }
          parts.push(counter.push(logOf(log, i, i + size)))
        }
        expect(joinWindows([...parts, counter.flush()])).toEqual(await countWindows([logOf(log)], options))
      },
    ),
  )
})
