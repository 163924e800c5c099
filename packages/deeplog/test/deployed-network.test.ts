import { onnxruntimeEngine, openOnnxModel, seededRandom } from '@sp/engine'
import { encodeModel } from '@sp/onnx-export'
import { deepLogNetwork, NETWORK } from '../src/deeplog-network.js'
import { deployedNetwork } from '../src/deployed-network.js'

const SIZE = { embedding: 6, hidden: 5, layers: 2, window: 7 }
const VOCABULARY = 11
const graph = deepLogNetwork(VOCABULARY, { ...SIZE, predict: 'every', seed: 3 })
const random = seededRandom(1)
const inputs = Int32Array.from({ length: 4 * SIZE.window }, () => random.integer(VOCABULARY))

test.each([11, 13, 17, 21])('opset %i: the LSTM operator says what the unrolled network says', async (opset) => {
  const unrolled = await onnxruntimeEngine().predictor(graph, { outputs: [NETWORK.logits, NETWORK.logProbabilities] })
  const expected = await unrolled.run({ [NETWORK.inputs]: { data: inputs, shape: [4, SIZE.window] } })
  const deployed = await openOnnxModel(encodeModel(deployedNetwork(graph, SIZE), { opset }))
  const given = await deployed.run({ [NETWORK.inputs]: { data: inputs, shape: [4, SIZE.window] } })
  for (const name of [NETWORK.logits, NETWORK.logProbabilities]) {
    expect(given[name]).toHaveLength(4 * SIZE.window * VOCABULARY)
    const farthest = Math.max(...given[name].map((value, i) => Math.abs(value - expected[name][i])))
    expect(farthest).toBeLessThan(1e-5)
  }
})

test('it reads beginnings of any length, and says of each event what it says in the whole', async () => {
  const deployed = await openOnnxModel(encodeModel(deployedNetwork(graph, SIZE)))
  const whole = await deployed.run({ [NETWORK.inputs]: { data: inputs.slice(0, 7), shape: [1, 7] } })
  const part = await deployed.run({ [NETWORK.inputs]: { data: inputs.slice(0, 3), shape: [1, 3] } })
  part[NETWORK.logProbabilities].forEach((value, i) => expect(value).toBeCloseTo(whole[NETWORK.logProbabilities][i], 5))
})
