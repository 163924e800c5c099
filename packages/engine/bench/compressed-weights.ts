/**
 * Size, speed and distance of a DeepLog network with compressed weights:
 * node --conditions=@sp/source --import tsx packages/engine/bench/compressed-weights.ts
 */
import { compressWeights, encodeModel } from '@sp/onnx-export'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { seededRandom } from '../src/random.js'
import { deepLogNetwork } from './deeplog-network.js'

const [BATCH, WINDOW] = [256, 10]
const whole = deepLogNetwork({ window: WINDOW, embedding: 64, hidden: 64, layers: 2, vocabulary: 100 })
const random = seededRandom(1)
const x = { data: Int32Array.from({ length: BATCH * WINDOW }, () => random.integer(100)), shape: [BATCH, WINDOW] }
const graphs = { float32: whole, float16: compressWeights(whole, 'float16'), int8: compressWeights(whole, 'int8') }
const loaded = Object.entries(graphs).map(async ([name, graph]) => {
  const predictor = await onnxruntimeEngine().predictor(graph, { outputs: ['logits'] })
  return {
    name,
    bytes: encodeModel(graph).length,
    predictor,
    times: [] as number[],
    logits: new Float32Array() as Float32Array,
  }
})
const models = await Promise.all(loaded)
for (let round = 0; round < 40; round++) {
  for (const model of models) {
    const start = performance.now()
    model.logits = (await model.predictor.run({ x })).logits
    model.times.push(performance.now() - start)
  }
}
const [{ logits: expected }] = models
console.table(
  models.map(({ name, bytes, times, logits }) => ({
    weights: name,
    bytes,
    windowsPerSecond: Math.round((BATCH * 1000) / times.sort((a, b) => a - b)[20]),
    maxDifference: logits.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0),
    largestLogit: expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  })),
)
