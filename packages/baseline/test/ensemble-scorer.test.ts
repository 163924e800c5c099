import type { Evidence } from '@sp/log-table'
import fc from 'fast-check'
import { countWindows } from '@sp/builders'
import { EnsembleScorer, type EnsembleScorerSnapshot } from '../src/ensemble/ensemble-scorer.js'
import { judgeWindow, type WindowOpinion } from '../src/ensemble/judge-window.js'
import { scoreEnsemble } from '../src/ensemble/score-ensemble.js'
import { trainEnsemble } from '../src/ensemble/train-ensemble.js'
import { collectLines } from '../src/lines/collect-lines.js'
import { rowsOf, type TestLine } from './make-lines.js'
import { seededNumbers } from './make-windows.js'

const HOSTS = ['a', 'b', 'c']

/** Stories 1 2 3 of three hosts, a heartbeat, and noise: something for every detector. */
function makeLog(seed: number, minutes: number): TestLine[] {
  const random = seededNumbers(seed)
  const lines: TestLine[] = []
  for (let minute = 0; minute < minutes; minute++) {
    const at = 60 * minute
    lines.push({ at: at + random(), template: 0, process: 'beat', host: 'a' })
    for (const host of HOSTS) {
      const [start, pid] = [at + 5 + 40 * random(), Math.floor(30_000 * random())]
      for (const template of [1, 2, 3]) {
        lines.push({ at: start + template * (1 + random()), template, host, pid, values: [String(10 + (minute % 7))] })
      }
      if (random() < 0.5) lines.push({ at: at + 60 * random(), template: 4, process: 'noise', host })
    }
  }
  return lines.sort((a, b) => a.at - b.at)
}

async function windowed(lines: readonly TestLine[]) {
  const rows = rowsOf(lines)
  return { windows: await countWindows([rows]), lines: await collectLines([rows]) }
}

const normal = await windowed([...makeLog(1, 400), ...makeLog(2, 400).map((line) => ({ ...line, source: 'b.log' }))])
const model = trainEnsemble(normal, { budget: 0.01 })

function opinionsOf(lines: readonly TestLine[]): WindowOpinion[] {
  const scorer = new EnsembleScorer(model)
  return [...scorer.push(rowsOf(lines)), ...scorer.flush()]
}

const line = fc.record({
  at: fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.constantFrom(NaN, 1e7)),
  template: fc.integer({ min: -1, max: 8 }),
  host: fc.constantFrom('a', 'b', 'c', 'd'),
  process: fc.constantFrom('app', 'beat'),
  pid: fc.integer({ min: 1, max: 3 }),
  values: fc.array(fc.constantFrom('1', '2.5', 'x', '10ms', '1e9'), { maxLength: 2 }),
})
const strangeLog = fc
  .tuple(fc.array(line, { maxLength: 120 }), fc.boolean())
  .map(([lines, isSorted]) => (isSorted ? [...lines].sort((a, b) => a.at - b.at) : lines))
  .map((lines) => [...makeLog(3, 20), ...lines.map((one) => ({ ...one, at: one.at + 1200 })), ...makeLog(4, 5)])

test('neither how rows are cut into batches nor snapshots in between change anything', () => {
  fc.assert(
    fc.property(strangeLog, fc.integer({ min: 1, max: 90 }), fc.nat(), (lines, size, at) => {
      const batches = Math.ceil(lines.length / size)
      let scorer = new EnsembleScorer(model)
      const opinions: WindowOpinion[] = []
      for (let b = 0; b < batches; b++) {
        if (b >= at % batches) {
          scorer = new EnsembleScorer(model, JSON.parse(JSON.stringify(scorer.snapshot())) as EnsembleScorerSnapshot)
        }
        opinions.push(...scorer.push(rowsOf(lines, b * size, (b + 1) * size)))
      }
      expect([...opinions, ...scorer.flush()]).toEqual(opinionsOf(lines))
    }),
    { numRuns: 60 },
  )
})

test('a log in one go is scored as the same rows in a stream, and each source as if it were alone', async () => {
  await fc.assert(
    fc.asyncProperty(strangeLog, strangeLog, async (first, second) => {
      const batch = scoreEnsemble(
        model,
        await windowed([...first, ...second.map((one) => ({ ...one, source: 'b.log' }))]),
      )
      const alone = [opinionsOf(first), opinionsOf(second)].flat().map((opinion) => judgeWindow(model, opinion))
      expect([...batch.score]).toEqual(alone.map(({ score }) => score))
      expect([...batch.isAnomaly]).toEqual(alone.map(({ isAnomaly }) => Number(isAnomaly)))
      batch.detectors.forEach(({ pValue }, d) => expect([...pValue]).toEqual(alone.map(({ pValues }) => pValues[d])))
    }),
    { numRuns: 20 },
  )
})

test('two sources in turns are scored as each alone', () => {
  const logs = [makeLog(5, 60), makeLog(6, 60)]
  const scorers = logs.map(() => new EnsembleScorer(model))
  const opinions: WindowOpinion[][] = [[], []]
  for (let from = 0; from < 800; from += 7) {
    logs.forEach((log, s) => opinions[s].push(...scorers[s].push(rowsOf(log, from, from + 7))))
  }
  scorers.forEach((scorer, s) => expect([...opinions[s], ...scorer.flush()]).toEqual(opinionsOf(logs[s])))
})

describe('evidence', () => {
  const quiet = makeLog(7, 60)

  /** Evidence of a kind in a log that was changed. */
  function told(kind: Evidence['kind'], change: (lines: TestLine[]) => TestLine[]): Evidence | undefined {
    const lines = change([...quiet]).sort((a, b) => a.at - b.at)
    return opinionsOf(lines)
      .flatMap(({ evidence }) => evidence)
      .find((one) => one.kind === kind)
  }

  it('of a step out of order names what came before and what was expected', () => {
    const found = told('unexpected-order', (lines) => {
      const at = lines.findIndex(({ template }, i) => i > 300 && template === 1)
      const story = lines.filter(({ pid, host }) => pid === lines[at].pid && host === lines[at].host)
      story.forEach((one, i) => (lines[lines.indexOf(one)] = { ...one, template: [2, 1, 3][i] }))
      return lines
    })
    expect(found).toMatchObject({ template: 1, after: 2, expected: [3] })
    expect(found).toHaveProperty('probability', expect.closeTo(0, 2))
  })

  it('of a step that did not come names what it should have followed', () => {
    const found = told('missing-step', (lines) =>
      lines.filter(({ template }, i) => i < 300 || i > 330 || template !== 3),
    )
    expect(found).toMatchObject({ template: 3, usualMs: expect.any(Number) })
  })

  it('of a line that came late says how late', () => {
    const found = told('late', (lines) => {
      const at = lines.findIndex(({ template }, i) => i > 300 && template === 3)
      return lines.map((one, i) => (i === at ? { ...one, at: one.at + 900 } : one))
    })
    expect(found).toMatchObject({ template: 3, after: 2 })
    expect((found as { gapMs: number }).gapMs).toBeGreaterThan(900_000)
    expect((found as { usualMs: number }).usualMs).toBeLessThan(5000)
  })

  it('of a value gives the range it left', () => {
    const found = told('value', (lines) =>
      lines.map((one, i) => (i === 400 ? { ...one, template: 2, values: ['999'] } : one)),
    )
    expect(found).toMatchObject({ template: 2, position: 0, value: 999, low: 10, high: 16, row: 400 })
  })

  it('of a burst counts it', () => {
    const burst = Array.from({ length: 90 }, (_, i) => ({ at: 1800 + i / 3, template: 4, process: 'noise', host: 'b' }))
    const found = told('burst', (lines) => [...lines, ...burst])
    expect(found).toMatchObject({ template: 4, host: 'b', withinMs: 60_000 })
    expect((found as { count: number; most: number }).count).toBeGreaterThan(2 * (found as { most: number }).most)
  })

  it('of a silence names the host and how long it has lasted', () => {
    const found = told('silence', (lines) => lines.filter(({ template, at }) => template !== 0 || at < 1800))
    expect(found).toMatchObject({ template: 0, host: 'a' })
    expect((found as { silentMs: number; longestMs: number }).silentMs).toBeGreaterThan(115_000)
  })

  it('of what all hosts do at once counts them', () => {
    const together = HOSTS.map((host, i) => ({ at: 2000 + i, template: 4, process: 'noise', host }))
    expect(told('spread', (lines) => [...lines, ...together])).toMatchObject({ template: 4, hosts: 3 })
  })

  it('is of the detectors that spoke only, and a normal log has little', () => {
    const opinions = opinionsOf(quiet)
    expect(opinions.filter(({ evidence }) => evidence.length > 0).length).toBeLessThan(opinions.length / 5)
    for (const { evidence, pValues } of opinions) {
      if (evidence.length > 0) expect(Math.min(...pValues)).toBeLessThanOrEqual(0.02)
    }
  })
})

describe('detectors from elsewhere', () => {
  const random = seededNumbers(9)
  const heldOut = Float64Array.from({ length: normal.windows.count }, (_, w) => (w < 5 ? NaN : random()))
  const joined = trainEnsemble(normal, { budget: 0.01, others: [{ name: 'elsewhere', heldOut, resolution: 0.01 }] })

  it('share the budget and can make a window an anomaly', () => {
    const [opinion] = new EnsembleScorer(joined).push(rowsOf(makeLog(8, 20)))
    expect(judgeWindow(joined, opinion, [0.5]).isAnomaly).toBe(false)
    const verdict = judgeWindow(joined, opinion, [5])
    expect(verdict.isAnomaly).toBe(true)
    expect(verdict.pValues.at(-1)).toBeLessThan(0.001)
    expect(verdict.scores.at(-1)).toBe(5)
  })

  it('say nothing with NaN', () => {
    const [opinion] = new EnsembleScorer(joined).push(rowsOf(makeLog(8, 20)))
    expect(judgeWindow(joined, opinion, [NaN])).toEqual(judgeWindow(joined, opinion))
  })

  it('must score every window of training', () => {
    const others = [{ name: 'short', heldOut: heldOut.slice(1), resolution: 1 }]
    expect(() => trainEnsemble(normal, { others })).toThrow('expected one for each of')
  })
})

test('what is kept of an endless stream does not grow', () => {
  const random = seededNumbers(11)
  const scorer = new EnsembleScorer(model)
  const sizes: number[] = []
  for (let batch = 0; batch < 60; batch++) {
    const rows = Array.from({ length: 1000 }, (_, i) => ({
      at: 100 * batch + i / 10,
      template: random() < 0.1 ? 100 + 1000 * batch + i : Math.floor(5 * random()),
      host: `host-${Math.floor(6000 * random())}`,
      process: `program-${Math.floor(40 * random())}`,
      pid: Math.floor(1e6 * random()),
      values: ['1'],
    }))
    scorer.push(rowsOf(rows))
    if (batch % 20 === 19) sizes.push(JSON.stringify(scorer.snapshot()).length)
  }
  expect(sizes[2]).toBeLessThan(1.3 * sizes[1])
})
