import fc from 'fast-check'
import { LogClock } from '../src/log-clock.js'

function shown(times: readonly number[]): number[] {
  const clock = new LogClock()
  return times.map((time) => clock.tick(time))
}

test('shows the times of a log in order, and the latest one for what is out of order or has no time', () => {
  expect(shown([NaN, 5, NaN, 7, 6, 9])).toEqual([NaN, 5, 5, 7, 7, 9])
})

test('goes on from where it was when it is set back, and counts no time for what a wrong date skipped back', () => {
  expect(shown([1_000_000, 0, 10, 5])).toEqual([1_000_000, 1_000_000, 1_000_010, 1_000_010])
})

test('no time passes from one source to the next', () => {
  const clock = new LogClock()
  clock.tick(1000)
  clock.restart()
  expect([clock.tick(NaN), clock.tick(500_000), clock.tick(500_001)]).toEqual([1000, 1000, 1001])
})

test('never goes backwards, and goes on from a snapshot as it would have', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(NaN, 0, 1, 30_000, 90_000, 5e9)), fc.nat(), (times, at) => {
      const expected = shown(times)
      const known = expected.filter((now) => !Number.isNaN(now))
      expect(known).toEqual([...known].sort((a, b) => a - b))
      let clock = new LogClock()
      const found = times.map((time, i) => {
        if (i === at % times.length) clock = new LogClock(JSON.parse(JSON.stringify(clock.snapshot())))
        return clock.tick(time)
      })
      expect(found).toEqual(expected)
    }),
  )
})
