import { chooseEngine, engineStatus, gradientDistance } from '../src/choose-engine.js'
import type { Engine } from '../src/engine.js'
import { EngineError } from '../src/errors.js'
import { fit } from '../src/fit.js'
import { onnxruntimeEngine } from '../src/onnxruntime-engine.js'
import { tfjsEngine } from '../src/tfjs-engine.js'
import { cyclicData, smallNetwork } from './small-network.js'

/** An engine that says it runs on a graphics processor; with `factor`, its gradients are off by it. */
function pretendGpu(engine: Engine, factor = 1): Engine {
  return {
    ...engine,
    name: 'pretended',
    gpu: true,
    async trainer(network, adam) {
      const trainer = await engine.trainer(network, adam)
      return {
        step: (...parameters) => trainer.step(...parameters),
        evaluate: (...parameters) => trainer.evaluate(...parameters),
        restore: (state) => trainer.restore(state),
        dispose: () => trainer.dispose(),
        async state() {
          const { moments, ...rest } = await trainer.state()
          const scaled = Object.entries(moments).map(([name, [a, b]]) => [name, [a.map((x) => x * factor), b] as const])
          return { ...rest, moments: Object.fromEntries(scaled) }
        },
      }
    },
  }
}

test.each(['cpu', 'wasm'] as const)('tfjs %s and onnxruntime give the same gradients', async (backend) => {
  expect(await gradientDistance(await tfjsEngine({ backend }), onnxruntimeEngine())).toBeLessThan(1e-5)
})

test('a graphics processor with right gradients is taken', async () => {
  const { engine, reason } = await chooseEngine([{ name: 'gpu', load: async () => pretendGpu(onnxruntimeEngine()) }])
  expect(engine.name).toBe('pretended')
  expect(reason).toContain('its gradients are right')
})

test('wrong gradients, no graphics processor and missing packages lead to onnxruntime, and the reason says which', async () => {
  const { engine, reason } = await chooseEngine([
    { name: 'zeros', load: async () => pretendGpu(onnxruntimeEngine(), 0) },
    { name: 'slow', load: () => tfjsEngine({ backend: 'cpu' }) },
    { name: 'absent', load: () => Promise.reject(new EngineError('no-engine', 'absent is not installed')) },
  ])
  expect(engine.name).toBe('onnxruntime')
  expect(reason).toBe(
    'onnxruntime, since: zeros gives wrong gradients (relative distance 1.0) · slow runs on no graphics processor · absent is not installed',
  )
})

test('a training with engine auto says what it runs on', async () => {
  const training = fit({ graph: smallNetwork() }, cyclicData(30), { engine: 'auto', epochs: 1 })
  expect(training.engine).toBe('')
  for await (const { epoch } of training) expect(epoch).toBe(1)
  expect(training.engine).toMatch(/tfjs|onnxruntime/)
})

test('the status names each engine, and the command for each that is missing', async () => {
  const status = await engineStatus()
  expect(status.map(({ name }) => name)).toEqual([
    'onnxruntime',
    'tfjs tensorflow',
    'tfjs webgpu',
    'tfjs wasm',
    'tfjs cpu',
  ])
  for (const { available, command, detail } of status) if (!available) expect(detail).toContain(command)
  expect(status.find(({ name }) => name === 'tfjs wasm')).toMatchObject({ available: true, gpu: false })
})

test('a training goes on with another engine from a checkpoint', async () => {
  const options = { batchSize: 20, patience: Infinity, validationShare: 0 }
  const network = { graph: smallNetwork() }
  const [first, whole] = [
    fit(network, cyclicData(60), { ...options, epochs: 2 }),
    fit(network, cyclicData(60), { ...options, epochs: 3 }),
  ]
  for await (const { epoch } of first) expect(epoch).toBeLessThan(3)
  const losses: number[] = []
  for await (const { trainLoss } of whole) losses.push(trainLoss)
  const engine = await tfjsEngine({ backend: 'wasm' })
  for await (const { trainLoss } of fit(network, cyclicData(60), {
    ...options,
    epochs: 3,
    engine,
    resume: first.checkpoint(),
  })) {
    expect(trainLoss).toBeCloseTo(losses[2], 5)
  }
})
