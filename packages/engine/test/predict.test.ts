import fc from 'fast-check'
import { distinctExamples } from '../src/dataset.js'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { loadPredictor } from '../src/predict.js'
import { cyclicData, smallNetwork } from './small-network.js'

const graph = smallNetwork()

test('each distinct example is computed once, in any batch size to the same bits', async () => {
  const { x } = cyclicData(23).inputs
  const all = await loadPredictor(graph, { outputs: ['logits'] })
  const { outputs, rowOf } = await all.predict({ x })
  expect(outputs.logits.shape).toEqual([5, 5])
  expect(Array.from(rowOf)).toEqual(Array.from({ length: 23 }, (_, i) => i % 5))
  const few = await loadPredictor(graph, { outputs: ['logits'], batchSize: 2 })
  const again = await few.predict({ x })
  again.outputs.logits.data.forEach((value, i) => expect(value).toBeCloseTo(outputs.logits.data[i], 6))
  await all.dispose()
  await few.dispose()
})

test('any value of the graph may be asked for, and what it does not need is not asked back', async () => {
  const predictor = await loadPredictor(graph, { outputs: ['loss'] })
  const { outputs } = await predictor.predict(cyclicData(5).inputs)
  expect(outputs.loss.data.every((value) => value > 0)).toBe(true)
  await expect(loadPredictor(graph, { outputs: ['nothing'] })).rejects.toThrow(
    'has no value "nothing"; outputs are logits, loss',
  )
  await expect(loadPredictor(graph, { batchSize: 0 })).rejects.toThrow('batchSize is 0')
  await expect(
    predictor.predict(cyclicData(5).inputs, { signal: AbortSignal.abort(new Error('enough')) }),
  ).rejects.toThrow('enough')
})

test('equal examples are found whatever their values, and only those', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.constantFrom(0, -0, 1.5, NaN)), { minLength: 1 }),
      (rows) => {
        const a = { data: Int32Array.from(rows, ([value]) => value), shape: [rows.length] }
        const b = { data: Float32Array.from(rows, ([, value]) => value), shape: [rows.length, 1] }
        const { idOf, first } = distinctExamples({ a, b }, rows.length)
        const keys = rows.map(([left, right]) => `${left} ${Object.is(right, -0) ? '-0' : right}`)
        expect(Array.from(idOf, (id) => keys[first[id]])).toEqual(keys)
        expect(first).toHaveLength(new Set(keys).size)
      },
    ),
  )
})

test('inputs that the network cannot take are refused by name', async () => {
  const predictor = await loadPredictor(smallNetwork(), { outputs: ['logits'] })
  await expect(predictor.predict({ y: { data: new Int32Array(2), shape: [2] } })).rejects.toThrow(
    'no input "x" among y',
  )
  await expect(predictor.predict({ x: { data: new Int32Array(6), shape: [2, 3] } })).rejects.toThrow(
    'input "x" is int32 [2, 3]; the graph takes "x" as int32 [batch, 4]',
  )
  await predictor.dispose()
})

test('an execution provider that is not there is an error that names it', async () => {
  const engine = onnxruntimeEngine({ executionProviders: ['abacus'] })
  await expect(loadPredictor(smallNetwork(), { engine })).rejects.toMatchObject({
    code: 'no-engine',
    message: expect.stringContaining('onnxruntime does not start on abacus'),
  })
})
