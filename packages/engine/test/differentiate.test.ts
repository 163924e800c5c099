import { encodeModel, GraphBuilder, ops } from '@sp/onnx-export'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { differentiate } from '../src/differentiate.js'
import { EngineError } from '../src/errors.js'
import { momentNames, nextName, STEP, trainingStep } from '../src/training-step.js'

function squares() {
  const builder = GraphBuilder.create('squares')
  const x = builder.input('x', ['batch', 2])
  const w = builder.parameter('w', [2, 1], Float32Array.of(1, 2))
  builder.output('unused', ops.mul(builder.parameter('idle', [1], Float32Array.of(1)), 2))
  const y = ops.reshape(ops.matMul(x, w), ['batch'])
  builder.output('loss', ops.mul(y, y))
  builder.output('total', ops.reduceSum(builder.tensor('loss')))
  return builder.build()
}

async function run(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 })
  const results = await session.run(feeds)
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]))
}

function float(shape: number[], ...values: number[]): Tensor {
  return new Tensor('float32', Float32Array.from(values), shape)
}

test('gradients stand beside the outputs, also those that are zero', async () => {
  const graph = differentiate(squares(), 'total')
  expect(graph.outputs.map(({ name }) => name)).toEqual(['unused', 'loss', 'total', 'gradient/w', 'gradient/idle'])
  const given = await run(encodeModel(graph), { x: float([2, 2], 1, 1, 2, -1) })
  // y = 3 and 0, so the gradient is 2 · 3 · (1, 1) + 2 · 0 · (2, −1).
  expect(given['gradient/w']).toEqual([6, 6])
  expect(given['gradient/idle']).toEqual([0])
})

test('the gradient of an input is given when it is asked for', async () => {
  const graph = differentiate(squares(), 'total', { withRespectTo: ['x'] })
  const given = await run(encodeModel(graph), { x: float([1, 2], 1, 1) })
  expect(given['gradient/x']).toEqual([6, 12])
})

test('a matrix used at every step has its products summed inside them', () => {
  const builder = GraphBuilder.create('steps')
  const w = builder.parameter('w', [3, 3], new Float32Array(9).fill(0.1))
  let state = builder.input('x', ['batch', 3])
  for (let step = 0; step < 5; step++) state = ops.tanh(ops.gemm(state, w))
  builder.output('loss', ops.reduceSum(state))
  const { nodes } = differentiate(builder.build(), 'loss')
  const products = nodes.filter(({ op, attributes }) => op === 'Gemm' && attributes.transA === 1)
  expect(products.map(({ inputs }) => inputs[2])).toEqual([
    undefined,
    ...products.slice(0, 4).map((node) => node.outputs[0]),
  ])
  expect(nodes.some(({ op }) => op === 'Concat' || op === 'Add')).toBe(false)
})

test('a gradient times its value is one product where the value went into a product', () => {
  const builder = GraphBuilder.create('gate')
  const x = builder.parameter('x', [4], Float32Array.of(-1, 0, 1, 2))
  const gated = ops.mul(ops.sigmoid(x), builder.input('y', [4]))
  builder.output('loss', ops.reduceSum(ops.mul(gated, builder.input('w', [4]))))
  const { nodes } = differentiate(builder.build(), 'loss')
  // Two go forward; backward dy · w, that times the gated value, and that times the sigmoid.
  expect(nodes.filter(({ op }) => op === 'Mul')).toHaveLength(5)
})

test('a loss that is no scalar, and an operator without a gradient, are refused', () => {
  expect(() => differentiate(squares(), 'loss')).toThrow('the loss "loss" has shape [batch]; expected a scalar')
  const builder = GraphBuilder.create('erf')
  const [y] = builder.node('Erf', [builder.parameter('w', [2], new Float32Array(2))], [{ type: 'float32', shape: [2] }])
  builder.output('loss', ops.reduceSum(y))
  expect(() => differentiate(builder.build(), 'loss')).toThrow(EngineError)
  expect(() => differentiate(builder.build(), 'loss')).toThrow('is a Erf, which has no gradient')
})

describe('a training step', () => {
  const [moment1, moment2] = momentNames('w')
  const [idle1, idle2] = momentNames('idle')
  function feeds(weights: number[], x: Tensor): Record<string, Tensor> {
    // prettier-ignore
    return {
    x, w: float([2, 1], 1, 2), idle: float([1], 1),
    [moment1]: float([2, 1], 0, 0), [moment2]: float([2, 1], 0, 0), [idle1]: float([1], 0), [idle2]: float([1], 0),
    [STEP.weights]: float([weights.length], ...weights),
    [STEP.learningRate]: float([], 0.5), [STEP.correction1]: float([], 0.1), [STEP.correction2]: float([], Math.sqrt(0.001)),
  }
  }

  test('counts an example of weight 3 as three examples', async () => {
    const bytes = encodeModel(trainingStep(squares(), 'loss'))
    const once = await run(bytes, feeds([3, 1], float([2, 2], 1, 1, 2, 0.5)))
    const thrice = await run(bytes, feeds([1, 1, 1, 1], float([4, 2], 1, 1, 1, 1, 1, 1, 2, 0.5)))
    expect(once).toEqual(thrice)
    expect(once[STEP.loss][0]).toBeCloseTo((3 * 9 + 9) / 4, 5)
  })

  test('moves by the learning rate at first, against the gradient (Adam), and decays weights apart from it (AdamW)', async () => {
    const x = float([1, 2], 1, 1)
    const plain = await run(encodeModel(trainingStep(squares(), 'loss')), feeds([1], x))
    expect(plain[nextName('w')][0]).toBeCloseTo(0.5, 5)
    expect(plain[nextName('w')][1]).toBeCloseTo(1.5, 5)
    expect(plain[nextName('idle')]).toEqual([1])
    const decayed = await run(encodeModel(trainingStep(squares(), 'loss', { weightDecay: 0.1 })), feeds([1], x))
    expect(decayed[nextName('w')][1]).toBeCloseTo(2 * (1 - 0.05) - 0.5, 5)
    expect(decayed[nextName('idle')][0]).toBeCloseTo(0.95, 5)
  })

  test('scales gradients down to a common norm', async () => {
    const clipped = await run(
      encodeModel(trainingStep(squares(), 'loss', { clipNorm: 1 })),
      feeds([1], float([1, 2], 1, 1)),
    )
    const gradient = clipped[nextName(moment1)].map((value) => value / 0.1)
    expect(Math.hypot(...gradient)).toBeCloseTo(1, 5)
    expect(gradient[0]).toBeCloseTo(gradient[1], 6)
  })

  test.each([
    [{ beta1: 1 }, 'adam.beta1 is 1; expected 0 ≤ value < 1'],
    [{ epsilon: 0 }, 'adam.epsilon is 0'],
    [{ weightDecay: -1 }, 'adam.weightDecay is -1'],
    [{ clipNorm: 0 }, 'adam.clipNorm is 0'],
  ])('refuses %j', (adam, message) => {
    expect(() => trainingStep(squares(), 'loss', adam)).toThrow(message)
  })

  test('refuses a loss that is not one number per example', () => {
    expect(() => trainingStep(squares(), 'total')).toThrow('expected one float32 per example, [batch]')
  })
})
