import { selectWindows } from '@sp/builders'
import fc from 'fast-check'
import { BaselineError } from '../src/errors.js'
import { scoreBaseline } from '../src/score-baseline.js'
import { trainBaseline } from '../src/train-baseline.js'
import { seededNumbers, stationaryLog, windowsOf, windowsOfCounts } from './make-windows.js'

const NEW = 99
const HEARTBEAT = 30
const RARE = 22

describe('scoreBaseline', () => {
  it('scores a count of 1,000 after 200 windows of 0 far above any threshold', () => {
    const quiet = Array.from({ length: 200 }, (_, w) => [50 - (w % 3), w === 0 ? 1 : 0])
    const model = trainBaseline(windowsOfCounts(quiet, 50))
    const spike = windowsOfCounts([...quiet, [50, 1000]], 50)
    const scores = scoreBaseline(model, spike)
    expect(scores.score[200]).toBeGreaterThan(20 * model.threshold)
    expect(scores.evidence[200][0]).toMatchObject({ kind: 'more-frequent', template: 1, count: 1000 })
  })

  it('flags nothing in a log that never changes', async () => {
    const model = trainBaseline(await windowsOf(new Array(2000).fill(0)))
    const scores = scoreBaseline(model, await windowsOf(new Array(2013).fill(0)))
    expect([...scores.isAnomaly]).not.toContain(1)
    expect(scores.evidence.flat()).toEqual([])
  })

  it('flags nothing in a log that repeats itself exactly, its short last windows included', async () => {
    const model = trainBaseline(await windowsOf(repeating(5000)))
    for (const lines of [1000, 1001, 1013, 1030]) {
      expect([...scoreBaseline(model, await windowsOf(repeating(lines))).isAnomaly]).not.toContain(1)
    }
  })

  it('puts a window with one new line on top and names it first', async () => {
    const { scores } = await scoreChanged((log) => void (log[3000] = NEW))
    const top = windowsByScore(scores)
    expect(scores.startRow[top[0]]).toBeLessThanOrEqual(3000)
    expect(scores.endRow[top[0]]).toBeGreaterThan(3000)
    expect(scores.isAnomaly[top[0]]).toBe(1)
    expect(scores.evidence[top[0]][0]).toMatchObject({ kind: 'new-template', template: NEW, count: 1, expected: 0 })
    expect(scores.unseenRate[top[0]]).toBeGreaterThan(0)
  })

  it('puts a burst of a rare template on top', async () => {
    const { scores } = await scoreChanged((log) => void log.splice(3000, 0, ...new Array(25).fill(RARE)))
    const top = windowsByScore(scores)[0]
    expect(scores.startRow[top]).toBeLessThanOrEqual(3025)
    expect(scores.endRow[top]).toBeGreaterThan(3000)
    expect(scores.isAnomaly[top]).toBe(1)
    expect(scores.evidence[top][0]).toMatchObject({ kind: 'more-frequent', template: RARE })
  })

  it('puts the windows after a heartbeat stops on top', async () => {
    const { scores } = await scoreChanged((log) => {
      for (let i = log.length - 1; i >= 3000; i--) if (log[i] === HEARTBEAT) log.splice(i, 1)
    })
    const top = windowsByScore(scores).slice(0, 5)
    for (const w of top) {
      expect(scores.endRow[w]).toBeGreaterThan(3000)
      expect(scores.evidence[w][0]).toMatchObject({ kind: 'less-frequent', template: HEARTBEAT, count: 0 })
      expect(scores.isAnomaly[w]).toBe(1)
    }
  })

  it('stops alarming about a lasting new template after 20 windows and about a stopped heartbeat after 60', async () => {
    const novelty = await scoreChanged((log) => {
      for (let i = 3000; i < log.length; i += 10) log[i] = NEW
    })
    const kinds = novelty.scores.evidence.map((evidence) => evidence.some(({ kind }) => kind === 'new-template'))
    // Two windows overlap the twentieth and cannot know of it yet.
    expect(kinds.filter(Boolean).length).toBeLessThanOrEqual(22)
    const { scores } = await scoreChanged((log) => {
      for (let i = log.length - 1; i >= 1000; i--) if (log[i] === HEARTBEAT) log.splice(i, 1)
    })
    const late = [...scores.startRow.keys()].filter((w) => scores.startRow[w] > 1000 + 60 * 25)
    const about = late.filter((w) => scores.isAnomaly[w] && scores.evidence[w][0].template === HEARTBEAT)
    expect(late.length).toBeGreaterThan(50)
    expect(about).toEqual([])
  })

  it('gives a window the same score whatever comes later', async () => {
    const log = heartbeatLog(6000, 3)
    const model = trainBaseline(await windowsOf(log.slice(0, 3000)))
    const whole = scoreBaseline(model, await windowsOf(log.slice(3000)))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: 2999 }), fc.nat(40), async (cut, template) => {
        const changed = [...log.slice(3000, 3000 + cut), ...new Array(500).fill(template)]
        const scores = scoreBaseline(model, await windowsOf(changed))
        for (let w = 0; w < whole.count && whole.endRow[w] <= cut; w++) {
          expect(scores.score[w]).toBe(whole.score[w])
          expect(scores.evidence[w]).toEqual(whole.evidence[w])
        }
      }),
      { numRuns: 20 },
    )
  })

  it('does not depend on how templates are numbered', async () => {
    const log = heartbeatLog(6000, 4)
    const scores = scoreBaseline(trainBaseline(await windowsOf(log.slice(0, 3000))), await windowsOf(log.slice(3000)))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...Array(31).keys()], { minLength: 31 }), async (names) => {
        const renamed = log.map((template) => names[template])
        const model = trainBaseline(await windowsOf(renamed.slice(0, 3000)))
        const other = scoreBaseline(model, await windowsOf(renamed.slice(3000)))
        other.score.forEach((score, w) => expect(score).toBeCloseTo(scores.score[w], 9))
      }),
      { numRuns: 10 },
    )
  })

  it('does not depend on which other sources are scored with it, or in what order', async () => {
    const log = heartbeatLog(6000, 5)
    const model = trainBaseline(await windowsOf(log.slice(0, 3000)))
    const windows = await windowsOf(log.slice(3000))
    // A gap makes two segments of one source, as two sources would.
    const first = [...Array(40).keys()]
    const second = first.map((w) => w + 60)
    const together = scoreBaseline(model, selectWindows(windows, [...first, ...second]))
    const swapped = scoreBaseline(model, selectWindows(windows, [...second, ...first]))
    expect([...swapped.score]).toEqual([...together.score.subarray(40), ...together.score.subarray(0, 40)])
  })

  it('never scores a window lower for more lines of an unknown template', () => {
    const next = seededNumbers(6)
    const table = Array.from({ length: 60 }, () => Array.from({ length: 6 }, () => Math.floor(next() * 12)))
    const model = trainBaseline(windowsOfCounts(table, 60))
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 6, maxLength: 6 }), fc.nat(30), fc.nat(100), (row, few, more) => {
        function score(unknown: number): number {
          return scoreBaseline(model, windowsOfCounts([[...row, unknown]], 60)).score[0]
        }
        expect(score(few + more)).toBeGreaterThanOrEqual(score(few))
      }),
    )
  })

  it('takes lines without a template as new', async () => {
    const { scores } = await scoreChanged((log) => void (log[3000] = -1))
    expect(scores.evidence[windowsByScore(scores)[0]][0]).toMatchObject({ kind: 'new-template', template: -1 })
  })

  it('leaves the model as it was and works on one that went through JSON', async () => {
    const log = heartbeatLog(6000, 8)
    const model = trainBaseline(await windowsOf(log.slice(0, 3000)))
    const text = JSON.stringify(model)
    const windows = await windowsOf(log.slice(3000))
    expect(scoreBaseline(JSON.parse(text), windows)).toEqual(scoreBaseline(model, windows))
    expect(JSON.stringify(model)).toBe(text)
  })

  it('refuses windows of another shape, a model of another version and a damaged model', async () => {
    const windows = await windowsOf(stationaryLog(2000, 1))
    const model = trainBaseline(windows)
    const other = await windowsOf([0, 1], { windowSize: 20, stride: 10 })
    expect(() => scoreBaseline(model, other)).toThrow('windows of 20 rows every 10, expected 50 every 25')
    expect(() => scoreBaseline({ ...model, version: 7 }, windows)).toThrow(BaselineError)
    expect(() => scoreBaseline({ ...model, threshold: NaN }, windows)).toThrow('missing or damaged numbers')
    expect(() => scoreBaseline({} as never, windows)).toThrow('expected sp-baseline version 2; train again')
  })

  it('scores no windows', async () => {
    const model = trainBaseline(await windowsOf(stationaryLog(2000, 1)))
    expect(scoreBaseline(model, await windowsOf([])).count).toBe(0)
  })
})

/** Seven lines of four templates, over and over. */
function repeating(lines: number): number[] {
  return Array.from({ length: lines }, (_, i) => (i * i) % 7)
}

/** A stationary log with a heartbeat after every tenth line. */
function heartbeatLog(lines: number, seed: number): number[] {
  return stationaryLog(lines, seed).flatMap((template, i) => (i % 10 === 9 ? [template, HEARTBEAT] : [template]))
}

/** A model of one half of a log, and the scores of the other half after a change. */
async function scoreChanged(change: (log: number[]) => void) {
  const log = heartbeatLog(20_000, 2)
  const model = trainBaseline(await windowsOf(log.slice(0, 15_000)))
  const target = log.slice(15_000)
  change(target)
  return { model, scores: scoreBaseline(model, await windowsOf(target)) }
}

function windowsByScore({ score }: { score: Float64Array }): number[] {
  return [...score.keys()].sort((a, b) => score[b] - score[a])
}
