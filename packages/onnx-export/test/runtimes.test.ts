import { decodeModel } from '../src/decode-model.js'
import { encodeModel } from '../src/encode-model.js'
import { parityReport } from '../src/parity-report.js'
import { FEEDS, graphOfAllOperators } from './all-operators.js'
import { load } from './run-model.js'

const OPSETS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
const graph = graphOfAllOperators()

test('a model gives what its operators mean', async () => {
  const given = await (await load(encodeModel(graph))).run(FEEDS)
  const x = FEEDS.x.data
  expect(given.total[0]).toBeCloseTo(x.reduce((sum, value) => sum + value, 0) / 3, 5)
  const row = Array.from(x.subarray(0, 4))
  const mean = row.reduce((sum, value) => sum + value, 0) / 4
  const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4 + 1e-5)
  row.forEach((value, i) => expect(given.normalized[i]).toBeCloseTo(((value - mean) / deviation) * 1.5 - 0.5, 4))
  expect(Array.from(given.indexing.subarray(0, 4))).toEqual([0, 0, 0, 1])
  expect(given.layout[0]).toBe(x[0])
  expect(given.elementwise.every(Number.isFinite)).toBe(true)
})

test.each(OPSETS)('opset %i gives the same numbers on onnxruntime', async (opset) => {
  const expected = await (await load(encodeModel(graph))).run(FEEDS)
  const report = await parityReport(await load(encodeModel(graph, { opset })), FEEDS, expected)
  expect(report.maxDifference).toBeLessThan(1e-5)
})

test('the WebAssembly runtime gives the same numbers', async () => {
  const bytes = encodeModel(graph)
  const expected = await (await load(bytes)).run(FEEDS)
  const report = await parityReport(await load(bytes, 'onnxruntime-web'), FEEDS, expected)
  expect(report.outputs).toHaveLength(7)
  expect(report.maxDifference).toBeLessThan(1e-4)
})

test.each(OPSETS)('what was written at opset %i is read back whole', (opset) => {
  expect(decodeModel(encodeModel(graph, { opset }))).toEqual({ ...graph, values: expect.anything() })
  expect(new Map([...decodeModel(encodeModel(graph, { opset })).values].sort())).toEqual(
    new Map([...graph.values].sort()),
  )
})
