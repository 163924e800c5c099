import { HourCounter, type HourlyCounts } from '../src/temporal/hourly-counts.js'
import { judgeHours } from '../src/temporal/judge-hours.js'
import { temporalProfiles } from '../src/temporal/temporal-profiles.js'
import { seededNumbers } from './make-windows.js'

const HOUR = 3_600_000
/** A Monday. */
const MONDAY = Date.UTC(2026, 2, 2)

interface Line {
  readonly time: number
  readonly template?: number
}

function countsOf(lines: readonly Line[]): HourlyCounts {
  const counter = new HourCounter()
  const sorted = [...lines].sort((a, b) => a.time - b.time)
  counter.add({
    rowCount: sorted.length,
    timestamp: Float64Array.from(sorted, ({ time }) => time),
    template: Int32Array.from(sorted, ({ template = 0 }) => template),
  })
  return counter.finish(Array.from({ length: 10 }, (_, i) => ({ id: `t${i}`, text: `template ${i}`, count: 0 })))
}

/** Days of lines, `perHour` of them evenly in an hour of the day, from the very first moment to the very last. */
function days(count: number, perHour: (hour: number, day: number) => number): Line[] {
  return Array.from({ length: 24 * count }, (_, i) => {
    const lines = perHour(i % 24, Math.floor(i / 24))
    return Array.from({ length: lines }, (_, k) => ({
      time: MONDAY + i * HOUR + (k * (HOUR - 1)) / Math.max(lines - 1, 1),
    }))
  }).flat()
}

function busyByDay(hour: number): number {
  return hour >= 8 && hour < 18 ? 200 : 20
}

test('three identical days are nothing strange, whether each is judged by the others or by another log', () => {
  const counts = countsOf(days(3, busyByDay))
  expect(judgeHours(counts)).toEqual({ status: 'by-other-days', hoursJudged: 72, anomalies: [] })
  expect(judgeHours(counts, counts).anomalies).toEqual([])
})

test('normal fluctuation over four weeks stays without alarms', () => {
  const random = seededNumbers(5)
  const counts = countsOf(days(28, (hour) => Math.round(busyByDay(hour) * (0.8 + 0.4 * random()))))
  expect(judgeHours(counts).anomalies).toEqual([])
})

test('a burst at night and a silent hour by day are found, each at its hour', () => {
  const judged = countsOf(
    days(2, (hour, day) => (day === 1 && hour === 3 ? 120 : day === 1 && hour === 11 ? 0 : busyByDay(hour))),
  )
  const { status, anomalies } = judgeHours(judged, countsOf(days(7, busyByDay)))
  expect(status).toBe('judged')
  expect(anomalies.map(({ type, hour, severity }) => [type, hour, severity])).toEqual([
    ['temporal_volume_anomaly', 3, 'high'],
    ['temporal_volume_anomaly', 11, 'high'],
    ['temporal_missing_templates', 11, 'medium'],
  ])
  expect(anomalies[0]).toMatchObject({ start: '2026-03-03T03:00:00.000Z', actual_volume: 120 })
  expect(anomalies[1].deviation).toBeCloseTo(-1, 1)
})

test('a Sunday that is quiet every week is expected to be quiet, and loud on a Sunday is strange', () => {
  function quietSundays(hour: number, day: number) {
    return day % 7 === 6 ? 10 : busyByDay(hour)
  }
  const normal = countsOf(days(28, quietSundays))
  function judged(sunday: number) {
    return countsOf(days(7, (hour, day) => (day === 6 ? sunday : quietSundays(hour, day))))
  }
  expect(judgeHours(judged(10), normal).anomalies).toEqual([])
  const loud = judgeHours(judged(200), normal).anomalies
  expect(loud.length).toBe(24)
  expect(loud.every(({ start }) => start.startsWith('2026-03-08'))).toBe(true)
})

test('new templates are those of no normal hour, and only when they are many', () => {
  const normal = countsOf(days(3, () => 20))
  const judged = countsOf([...days(1, () => 20), { time: MONDAY + 5.5 * HOUR, template: 7 }])
  const { anomalies } = judgeHours(judged, normal)
  expect(anomalies).toMatchObject([{ type: 'temporal_new_templates', hour: 5, new_templates: ['t7'] }])
})

test('an hour that the normal log never reached is unseen', () => {
  const normal = countsOf(
    days(2, busyByDay).filter(({ time }) => (time - MONDAY) % (24 * HOUR) < 20 * HOUR && time < MONDAY + 20 * HOUR),
  )
  const { anomalies } = judgeHours(countsOf(days(1, busyByDay)), normal)
  expect(anomalies.filter(({ type }) => type === 'temporal_unseen_hour').map(({ hour }) => hour)).toEqual([
    20, 21, 22, 23,
  ])
})

test('without timestamps, or with one day alone, nothing is judged and that is said', () => {
  expect(judgeHours(countsOf([]))).toEqual({ status: 'no-timestamps', hoursJudged: 0, anomalies: [] })
  expect(judgeHours(countsOf(days(1, busyByDay))).status).toBe('too-few-days')
})

test('one line of 1970 does not make every hour since then an hour of the log', () => {
  const counts = countsOf([{ time: 0 }, ...days(3, busyByDay)])
  expect(judgeHours(counts).hoursJudged).toBe(73)
  expect(judgeHours(counts).anomalies.filter(({ start }) => start.startsWith('2026'))).toEqual([])
})

test('a silence of a day is covered, one of eight days is a gap', () => {
  function judgedWithout(from: number, to: number) {
    return judgeHours(countsOf(days(20, (hour, day) => (day >= from && day < to ? 0 : busyByDay(hour))))).hoursJudged
  }
  expect(judgedWithout(3, 4)).toBe(20 * 24)
  expect(judgedWithout(3, 11)).toBe(12 * 24)
})

test('a few minutes of a log are too short, which is not the same as no timestamps', () => {
  const minutes = Array.from({ length: 50 }, (_, i) => ({ time: MONDAY + i * 1000 }))
  expect(judgeHours(countsOf(minutes))).toEqual({ status: 'too-short', hoursJudged: 0, anomalies: [] })
  expect(judgeHours(countsOf(days(1, busyByDay)), countsOf(minutes)).status).toBe('too-short')
})

test('hours of the day that only one day has are not counted as judged', () => {
  const lines = days(2, busyByDay).filter(({ time }) => time - MONDAY < 30 * HOUR)
  expect(judgeHours(countsOf(lines)).hoursJudged).toBe(12)
})

test('profiles are rates: two days say the same as one', () => {
  const [one, two] = [1, 2].map((count) => temporalProfiles(countsOf(days(count, busyByDay))))
  expect(two.hourly['9'].volume_mean).toBeCloseTo(one.hourly['9'].volume_mean, 0)
  expect(two.baseline_period).toMatchObject({ total_days: 2, start: '2026-03-02T00:00:00.000Z' })
  expect(Object.keys(two.daily)).toEqual(['0', '1'])
  expect(JSON.stringify(temporalProfiles(countsOf([])))).not.toContain('NaN')
})
