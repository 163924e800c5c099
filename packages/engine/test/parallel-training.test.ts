import type { TrainingState } from '../src/engine.js'
import { fit } from '../src/fit.js'
import { GradientWorker, placesOf, sharedArray } from '../src/gradient-team.js'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { cyclicData, smallNetwork } from './small-network.js'

const graph = smallNetwork()
const options = { batchSize: 20, learningRate: 0.02, epochs: 3, patience: Infinity }

/** State after some steps on batches of `count` examples of unequal weights, and the losses. */
async function trained(workers: number, count: number): Promise<{ state: TrainingState; losses: number[] }> {
  const trainer = await onnxruntimeEngine({ workers }).trainer({ graph }, { clipNorm: 1, weightDecay: 0.01 })
  const { inputs } = cyclicData(count, 0.3)
  const weights = Float32Array.from({ length: count }, (_, i) => 1 + (i % 4))
  const losses: number[] = []
  for (let step = 0; step < 5; step++) losses.push(await trainer.step(inputs, weights, 0.01))
  const state = await trainer.state()
  await trainer.dispose()
  return { state, losses }
}

test.each([
  [2, 31],
  [3, 31],
  [3, 2],
])('%i threads give the losses and moments of one on %i examples, but for rounding', async (workers, count) => {
  const [one, more] = [await trained(1, count), await trained(workers, count)]
  more.losses.forEach((loss, i) => expect(Math.abs(loss / one.losses[i] - 1)).toBeLessThan(1e-5))
  for (const [name, [first]] of Object.entries(one.state.moments)) {
    const largest = first.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    first.forEach((value, i) =>
      expect(Math.abs(value - more.state.moments[name][0][i])).toBeLessThan(2e-5 * largest + 1e-9),
    )
  }
  expect(more.state.step).toBe(5)
})

test('the same number of threads gives the same bytes', async () => {
  expect(await trained(2, 31)).toEqual(await trained(2, 31))
})

test('a training by threads that is resumed is bit-identical to one that was never interrupted', async () => {
  const data = cyclicData(90, 0.3)
  const engine = onnxruntimeEngine({ workers: 2 })
  const whole = fit({ graph }, data, { ...options, engine })
  for await (const { epoch } of whole) expect(epoch).toBeLessThan(4)
  const first = fit({ graph }, data, { ...options, engine })
  for await (const { epoch } of first) if (epoch === 2) break
  const resumed = fit({ graph }, data, { ...options, engine, resume: first.checkpoint() })
  for await (const { epoch } of resumed) expect(epoch).toBe(3)
  expect(resumed.checkpoint()).toEqual(whole.checkpoint())
  expect(whole.engine).toBe('onnxruntime, 2 workers')
})

test('a thread that cannot start or ends says so', async () => {
  const places = placesOf(graph)
  const parts = { session: {}, places, values: sharedArray(places.at(-1)!.to) }
  await expect(GradientWorker.start({ ...parts, model: new Uint8Array(9) })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'worker-failed',
    message: expect.stringContaining('a thread of training failed:'),
  })
  const trainer = await onnxruntimeEngine({ workers: 2 }).trainer({ graph })
  const { inputs } = cyclicData(4)
  const wrong = { ...inputs, x: { data: new Int32Array(12), shape: [4, 3] } }
  await expect(trainer.step(wrong, new Float32Array(4).fill(1), 0.1)).rejects.toThrow()
  const before = await trainer.state()
  expect(await trainer.step(inputs, new Float32Array(4).fill(1), 0.1)).toBeGreaterThan(0)
  expect(before.step).toBe(0)
  await trainer.dispose()
  await expect(trainer.step(inputs, new Float32Array(4).fill(1), 0.1)).rejects.toThrow()
})

test.each([0, 1.5, NaN])('refuses %p threads', (workers) => {
  expect(() => onnxruntimeEngine({ workers })).toThrow(`workers is ${workers}; expected a whole number from 1`)
})
