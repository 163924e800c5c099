import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { tfjsEngine } from '../src/tfjs-engine.js'
import { readFixture } from './deeplog-fixture.js'
import { torchParity } from './torch-parity.js'

const ENGINES = {
  onnxruntime: async () => onnxruntimeEngine(),
  'onnxruntime with four threads': async () => onnxruntimeEngine({ threads: 4 }),
  'tfjs wasm': () => tfjsEngine({ backend: 'wasm' }),
}

describe.each(Object.entries(ENGINES))('%s trains DeepLog as PyTorch does', (_, engine) => {
  // float32 sums in another order differ by about 1e-7 of the largest summand; Adam divides by small roots.
  test.each([1, 2] as const)('with %i layers', async (layers) => {
    const parity = await torchParity(readFixture(layers), await engine())
    expect(parity.logits).toBeLessThanOrEqual(1e-5)
    expect(parity.gradients).toBeLessThanOrEqual(1e-5)
    expect(parity.losses).toBeLessThanOrEqual(1e-4)
    expect(parity.finalWeights).toBeLessThanOrEqual(1e-4)
  })
})
