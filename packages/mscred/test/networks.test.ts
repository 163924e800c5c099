import { gradientDistance, normalArray, onnxruntimeEngine, seededRandom, tfjsEngine } from '@sp/engine'
import { COUNTS_VALUES, countsNetwork } from '../src/counts-network.js'
import { MSCRED_VALUES, mscredNetwork } from '../src/mscred-network.js'

const CHUNK = 3

/** Random frames for a small network of a mode; 7 series, so that nothing halves evenly. */
function matricesProbe(mode: 'published' | 'predictive') {
  const graph = mscredNetwork({ mode, series: 7, scales: 2, steps: 3, widths: [2, 3, 4, 5], seed: 1 }, CHUNK)
  const random = seededRandom(2)
  const batch = {
    [MSCRED_VALUES.frames]: { data: normalArray(random, 5 * 2 * 49), shape: [5, 2, 7, 7] },
    [MSCRED_VALUES.targets]: { data: normalArray(random, CHUNK * 2 * 49), shape: [CHUNK, 2, 7, 7] },
  }
  return { network: { graph }, batch, weights: Float32Array.of(1, 2, 0) }
}

function countsProbe() {
  const graph = countsNetwork({ windows: 8, series: 8, widths: [3, 4, 5], seed: 1 })
  const data = normalArray(seededRandom(3), 2 * 64)
  return {
    network: { graph },
    batch: { [COUNTS_VALUES.counts]: { data, shape: [2, 1, 8, 8] } },
    weights: Float32Array.of(1, 2),
  }
}

const PROBES = {
  published: () => matricesProbe('published'),
  predictive: () => matricesProbe('predictive'),
  counts: countsProbe,
}

describe.each(Object.entries(PROBES))('the %s network', (_, probe) => {
  it('has the same gradients on the onnxruntime and the tfjs engine', async () => {
    const distance = await gradientDistance(await tfjsEngine({ backend: 'wasm' }), onnxruntimeEngine(), probe())
    expect(distance).toBeLessThanOrEqual(1e-4)
  })

  it('learns one batch by heart better and better', async () => {
    const { network, batch, weights } = probe()
    const trainer = await onnxruntimeEngine().trainer(network)
    const first = await trainer.step(batch, weights, 3e-3)
    let last = first
    for (let step = 0; step < 60; step++) last = await trainer.step(batch, weights, 3e-3)
    await trainer.dispose()
    expect(last).toBeLessThan(0.9 * first)
  })
})

describe('the predictive network', () => {
  it('gives a frame the same expectation whatever else is in its chunk', async () => {
    const { network, batch } = matricesProbe('predictive')
    const size = { mode: 'predictive', series: 7, scales: 2, steps: 3, widths: [2, 3, 4, 5], seed: 1 } as const
    const alone = await onnxruntimeEngine().predictor(mscredNetwork(size, 1), { outputs: [MSCRED_VALUES.expected] })
    const together = await onnxruntimeEngine().predictor(network.graph, { outputs: [MSCRED_VALUES.expected] })
    const frames = batch[MSCRED_VALUES.frames].data as Float32Array
    const all = Array.from(
      (await together.run({ [MSCRED_VALUES.frames]: batch[MSCRED_VALUES.frames] }))[MSCRED_VALUES.expected],
    )
    for (let c = 0; c < CHUNK; c++) {
      const data = frames.slice(c * 98, (c + 3) * 98)
      const one = await alone.run({ [MSCRED_VALUES.frames]: { data, shape: [3, 2, 7, 7] } })
      one[MSCRED_VALUES.expected].forEach((value, k) => expect(value).toBeCloseTo(all[c * 98 + k], 5))
    }
  })
})

describe('the published network', () => {
  it('learns the same bits whenever it learns with two threads', async () => {
    const [series, shape] = [20, [2, 20, 20]]
    const size = { mode: 'published', series, scales: 2, steps: 3, widths: [16, 24, 32, 32], seed: 1 } as const
    const random = seededRandom(4)
    const batch = {
      [MSCRED_VALUES.frames]: { data: normalArray(random, 5 * 800), shape: [5, ...shape] },
      [MSCRED_VALUES.targets]: { data: normalArray(random, CHUNK * 800), shape: [CHUNK, ...shape] },
    }
    async function learned() {
      const trainer = await onnxruntimeEngine({ threads: 2 }).trainer({ graph: mscredNetwork(size, CHUNK) })
      for (let step = 0; step < 3; step++) await trainer.step(batch, Float32Array.of(1, 1, 1), 1e-3)
      const { parameters } = await trainer.state()
      await trainer.dispose()
      return parameters
    }
    expect(await learned()).toEqual(await learned())
  })
})
