/**
 * Size, speed and distance of DeepLog networks in fewer bits:
 * node --conditions=@sp/source --import tsx packages/engine/bench/compressed-weights.ts
 */
import { compressWeights, encodeModel, quantizeProducts } from '@sp/onnx-export'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { seededRandom } from '../src/random.js'
import { deepLogNetwork, type DeepLogSize } from './deeplog-network.js'
import { inFloat16 } from './float16-graph.js'

const [BATCH, ROUNDS] = [256, 30]
await measure({ window: 10, embedding: 64, hidden: 64, layers: 2, vocabulary: 100 })
await measure({ window: 50, embedding: 64, hidden: 128, layers: 1, vocabulary: 100 })

/** All variants take turns; speeds are relative to float32, medians over the rounds. */
async function measure(size: DeepLogSize): Promise<void> {
  const whole = deepLogNetwork(size)
  const random = seededRandom(1)
  const length = BATCH * size.window
  const x = { data: Int32Array.from({ length }, () => random.integer(size.vocabulary)), shape: [BATCH, size.window] }
  const graphs = {
    float32: whole,
    'stored in float16': compressWeights(whole, 'float16'),
    'stored in int8': compressWeights(whole, 'int8'),
    'computed in float16': inFloat16(whole),
    'products in int8': quantizeProducts(whole),
  }
  const loaded = Object.entries(graphs).map(async ([name, graph]) => {
    const predictor = await onnxruntimeEngine().predictor(graph, { outputs: ['logits'] })
    const logits = (await predictor.run({ x })).logits.slice()
    return { name, bytes: encodeModel(graph).length, predictor, logits, times: [] as number[] }
  })
  const models = await Promise.all(loaded)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { predictor, times } of models) {
      const start = process.cpuUsage()
      await predictor.run({ x })
      times.push(process.cpuUsage(start).user)
    }
  }
  const [{ logits: expected, times: base }] = models
  console.log(
    `window ${size.window}, ${size.layers} × ${size.hidden}; logits up to ${largest(expected).toPrecision(3)}`,
  )
  console.table(
    models.map(({ name, bytes, times, logits }) => ({
      network: name,
      bytes,
      speed: Number((median(base) / median(times)).toPrecision(3)),
      maxDifference: Number(largest(logits.map((value, i) => value - expected[i])).toPrecision(2)),
    })),
  )
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
