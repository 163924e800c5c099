import { countWindows } from '@sp/builders'
import { DictionaryColumn } from '@sp/log-table'
import type { EnsembleModel } from '../src/ensemble/ensemble-model.js'
import { scoreEnsemble } from '../src/ensemble/score-ensemble.js'
import { trainEnsemble, type WindowedLines } from '../src/ensemble/train-ensemble.js'
import { linesOf, type TestLine } from './make-lines.js'
import { seededNumbers } from './make-windows.js'

/** Stories 1 2 3 of random processes among noise, about 20,000 lines. */
function makeLog(seed: number, stories = 5000): TestLine[] {
  const random = seededNumbers(seed)
  const lines: TestLine[] = []
  let at = 0
  for (let i = 0; i < stories; i++) {
    at += 20 * random()
    const pid = Math.floor(random() * 1e6)
    for (const template of [1, 2, 3]) {
      lines.push({ at: (at += random()), template, pid, values: [String(Math.floor(100 * random()))] })
    }
    lines.push({ at: (at += random()), template: 4 + Math.floor(5 * random()), process: 'noise', pid: 2 })
  }
  return lines
}

async function windowed(log: readonly TestLine[]): Promise<WindowedLines> {
  const rowCount = log.length
  const batch = {
    rowCount,
    source: new DictionaryColumn(['app.log'], new Int32Array(rowCount)),
    lineNo: Int32Array.from(log.keys()),
    timestamp: Float64Array.from(log, ({ at }) => at * 1000),
    template: Int32Array.from(log, ({ template }) => template),
  }
  return { windows: await countWindows([batch]), lines: await linesOf(log) }
}

const normal = await windowed(makeLog(1))
const model = trainEnsemble(normal, { budget: 0.01 })

test('keeps the budget of all detectors together on a log that was not learned from', async () => {
  const { isAnomaly, count } = scoreEnsemble(model, await windowed(makeLog(2)))
  const rate = isAnomaly.reduce((sum, flag) => sum + flag, 0) / count
  expect(rate).toBeLessThan(0.02)
  expect(rate).toBeGreaterThan(0.001)
})

test('each incident is found by the detector that looks for its kind', async () => {
  const log = makeLog(3, 1000)
  function at(row: number, change: Partial<TestLine>) {
    return (log[row] = { ...log[row], ...change })
  }
  at(1000, { values: ['5000'] }) // a value
  at(2000, { template: 3 })
  at(2001, { template: 1 }) // an order: 3 1 3 instead of 1 2 3
  at(3003, { template: 99 }) // a new template
  const scores = scoreEnsemble(JSON.parse(JSON.stringify(model)) as EnsembleModel, await windowed(log))
  const expected = [
    [1000, 'value'],
    [2002, 'order'],
    [3003, 'baseline'],
  ] as const
  for (const [row, name] of expected) {
    const w = scores.startRow.findIndex((start, i) => start <= row && row < scores.endRow[i])
    expect(scores.isAnomaly[w]).toBe(1)
    expect(scores.detectors.find((one) => one.name === name)!.pValue[w]).toBeLessThan(0.01)
  }
})

test('a model of another version is refused', () => {
  expect(() => scoreEnsemble({ ...model, version: 99 }, normal)).toThrow('version 99')
})
