import fc from 'fast-check'
import { LINE_DETECTORS, lineDetector, type LineDetectorName } from '../src/lines/line-detectors.js'
import { linesOf, scoreLines, type TestLine } from './make-lines.js'
import { seededNumbers } from './make-windows.js'

const NAMES = Object.keys(LINE_DETECTORS) as LineDetectorName[]
const HOUR = 3600

/** Every minute a process says 1 2 3, a second or so between them, with a value of 10 to 19 in the second. */
function story(minute: number, overrides: Partial<TestLine>[] = []): TestLine[] {
  return [1, 2, 3].map((template, step) => ({
    at: 60 * minute + step * (1 + (minute % 3) / 10),
    template,
    pid: minute + 1,
    values: template === 2 ? [String(10 + ((minute * 7) % 10))] : [],
    ...overrides[step],
  }))
}

function stories(from: number, to: number): TestLine[] {
  return Array.from({ length: to - from }, (_, i) => story(from + i)).flat()
}

async function scoresOf(name: LineDetectorName, normal: readonly TestLine[], judged: readonly TestLine[]) {
  const detector = lineDetector(name)
  return scoreLines(detector, detector.train(await linesOf(normal)), await linesOf(judged))
}

test('order adds up the surprise of a swap, within a process', async () => {
  const swapped = [...stories(100, 110), ...story(110, [{ template: 2 }, { template: 1 }]), ...stories(111, 120)]
  const scores = await scoresOf('order', stories(0, 100), swapped)
  // Templates 2 1 3: the steps 2→1 and 1→3 were never seen; they add up at the last line of the story.
  expect([...scores].indexOf(Math.max(...scores))).toBe(32)
  expect(scores[32]).toBeGreaterThan(2 * Math.max(...scores.slice(0, 30)) + 5)
})

test('programOrder sees the order of lines of different processes of one program', async () => {
  // Each line of a story in a process of its own, as cron does.
  function apart(lines: TestLine[]) {
    return lines.map((line, i) => ({ ...line, pid: i }))
  }
  const judged = apart([
    ...stories(100, 104),
    ...story(104, [{ template: 3 }, {}, { template: 1 }]),
    ...stories(105, 108),
  ])
  const [order, program] = await Promise.all(
    (['order', 'programOrder'] as const).map((name) => scoresOf(name, apart(stories(0, 100)), judged)),
  )
  expect(Math.max(...order)).toBe(0)
  expect(Math.max(...program.slice(12, 18))).toBeGreaterThan(8)
})

test('pace finds the step that takes minutes, and leaves a quick one alone', async () => {
  const judged = [
    ...story(100),
    ...story(101, [{}, { at: 60 * 101 + 600 }, { at: 60 * 101 + 601 }]),
    ...story(112, [{}, { at: 60 * 112 }]),
  ]
  const scores = await scoresOf('pace', stories(0, 100), judged)
  expect(scores[4]).toBeGreaterThan(20)
  expect(Math.max(...scores.slice(0, 4), scores[7])).toBeLessThan(2)
})

test('company finds the step that is left out, once it should have come, and nothing where all come', async () => {
  const incomplete = story(105).slice(0, 2)
  const judged = [...stories(100, 105), ...incomplete, ...stories(106, 110)]
  const scores = await scoresOf('company', stories(0, 100), judged)
  const told = [...scores.keys()].filter((line) => scores[line] > 0)
  // The first line of the next story is the first by which the third of this one should have come.
  expect(told).toEqual([17])
  expect(scores[17]).toBeCloseTo(-Math.log(0.5 / 99), 0)
})

test('value finds a number far outside its range, at first and not for ever', async () => {
  const odd = Array.from({ length: 40 }, (_, i) => story(100 + i, [{}, { values: ['190'] }])).flat()
  const scores = await scoresOf('value', stories(0, 100), [...stories(90, 100), ...odd])
  expect(Math.max(...scores.slice(0, 30))).toBe(0)
  expect(scores[31]).toBeCloseTo(Math.log1p(171 / 9), 5)
  expect(scores.at(-2)).toBe(0)
})

test('value tells lines apart that have more parameters, and says nothing of identifiers', async () => {
  const values = ['5', '6', '4']
  const often = Array.from({ length: 60 }, (_, i) => ({ at: i, template: 1, values: [values[i % 3]] }))
  const strange = [{ at: 100, template: 1, values: ['900'] }]
  expect((await scoresOf('value', often, strange))[0]).toBeGreaterThan(0)
  const mixed = [...often, ...often.map((line) => ({ ...line, values: ['900', ...line.values] }))]
  expect((await scoresOf('value', mixed, strange))[0]).toBeGreaterThan(0)
  expect((await scoresOf('value', mixed, [{ at: 100, template: 1, values: ['900', '5'] }]))[0]).toBe(0)
  const named = often.map((line) => ({ ...line, type: 'ID' }))
  expect((await scoresOf('value', named, [{ ...strange[0], type: 'ID' }]))[0]).toBe(0)
})

test('value says nothing of counters, and of a constant that changes it does', async () => {
  const counting = Array.from({ length: 50 }, (_, i) => ({ at: i, template: 1, values: [String(1000 + i), '5'] }))
  const scores = await scoresOf('value', counting, [
    { at: 100, template: 1, values: ['999999', '5'] },
    { at: 101, template: 1, values: ['1000000', '50'] },
  ])
  expect([...scores]).toEqual([0, expect.closeTo(Math.log1p(9), 5)])
})

test('value says nothing of what mostly grows, with a step back now and then', async () => {
  const sessions = Array.from({ length: 200 }, (_, i) => ({
    at: i,
    template: 1,
    values: [String(i === 150 ? 1 : 5 * i + (i % 3) * 9)],
  }))
  expect(await scoresOf('value', sessions, [{ at: 300, template: 1, values: ['9999'] }])).toEqual(new Float64Array(1))
})

test('rate finds a burst of what comes one at a time', async () => {
  const burst = Array.from({ length: 40 }, (_, i) => ({ at: 6000 + i, template: 3 }))
  const scores = await scoresOf('rate', stories(0, 100), [...stories(95, 100), ...burst])
  expect(Math.max(...scores.slice(0, 15))).toBe(0)
  expect(scores.at(-1)!).toBeCloseTo(Math.log(51 / 12), 1)
})

test('silence tells of a heartbeat that stops when its absence has doubled, and of none that is in time', async () => {
  const random = seededNumbers(3)
  function others(from: number, to: number) {
    return Array.from({ length: (to - from) / 10 }, (_, i) => ({
      at: from + 10 * i + 9 * random(),
      template: 5 + (i % 7),
    }))
  }
  function beats(from: number, to: number) {
    return Array.from({ length: (to - from) / 60 }, (_, i) => ({ at: from + 60 * i, template: 1, host: 'b' }))
  }
  function mixed(...parts: TestLine[][]) {
    return parts.flat().sort((a, b) => a.at - b.at)
  }
  const normal = mixed(others(0, 10 * HOUR), beats(0, 10 * HOUR))
  const judged = mixed(others(0, 3 * HOUR), beats(0, HOUR), beats(2 * HOUR, 3 * HOUR))
  const scores = await scoresOf('silence', normal, judged)
  const told = judged.filter((_, i) => scores[i] > 0).map(({ at }) => Math.round((at - HOUR + 60) / 60))
  expect(told).toEqual([2, 4, 8, 16, 32])
})

test('spread finds what every host says at once, unless that is usual', async () => {
  const hosts = ['a', 'b', 'c']
  function together(at: number, template: number) {
    return hosts.map((host, i) => ({ at: at + i / 10, template, host }))
  }
  // Template 1 always on all hosts at once; template 2 on one at a time.
  const normal = Array.from({ length: 60 }, (_, i) => [
    ...together(600 * i, 1),
    { at: 600 * i + 300, template: 2, host: hosts[i % 3] },
  ]).flat()
  const scores = await scoresOf('spread', normal, [...together(0, 1), ...together(300, 2)])
  expect(Math.max(...scores.slice(0, 3))).toBeLessThan(1.2)
  expect(scores[5]).toBeGreaterThan(9)
})

test.each(NAMES)(
  '%s: no score depends on later lines, all are finite and 0 or more, and a model survives JSON',
  async (name) => {
    const line = fc.record({
      at: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant(NaN)),
      template: fc.integer({ min: -1, max: 4 }),
      host: fc.constantFrom('a', 'b'),
      pid: fc.integer({ min: 1, max: 3 }),
      values: fc.array(fc.constantFrom('1', '2.5', 'x', '10ms', '1e9'), { maxLength: 2 }),
    })
    const log = fc.array(line, { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(log, log, fc.nat(), async (normal, judged, cut) => {
        const detector = lineDetector(name)
        const model = JSON.parse(JSON.stringify(detector.train(await linesOf(normal))))
        const scores = scoreLines(detector, model, await linesOf(judged))
        expect(scores.every((score) => score >= 0 && Number.isFinite(score))).toBe(true)
        const part = judged.slice(0, 1 + (cut % judged.length))
        expect(scoreLines(detector, model, await linesOf(part))).toEqual(scores.slice(0, part.length))
      }),
      { numRuns: 60 },
    )
  },
)

test.each(NAMES)('%s learns nothing from lines that are held out', async (name) => {
  const lines = await linesOf([...stories(0, 30), ...story(30, [{ template: 7 }, { template: 8 }]), ...stories(31, 60)])
  const without = await linesOf([...stories(0, 30), ...stories(31, 60)])
  const detector = lineDetector(name)
  const judged = await linesOf(stories(60, 70))
  const heldOut = scoreLines(detector, detector.train(lines, { from: 90, to: 93 }), judged)
  const fewer = scoreLines(detector, detector.train(without), judged)
  heldOut.forEach((score, i) => expect(Math.abs(score - fewer[i])).toBeLessThan(0.2))
})
