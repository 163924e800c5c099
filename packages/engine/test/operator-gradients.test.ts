import { encodeModel, GraphBuilder, ops } from '@sp/onnx-export'
import fc from 'fast-check'
import { InferenceSession } from 'onnxruntime-node'
import { loadTfjs } from '../src/tfjs-backends.js'
import { gradientGap, graphOfCase, OPERATOR_CASES, ourGradients } from './operator-gradients.js'

test.each(Object.keys(OPERATOR_CASES))(
  '%s: our gradients on onnxruntime are those of tfjs, for any shapes',
  async (name) => {
    const { tf } = await loadTfjs('cpu')
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        expect(await gradientGap(graphOfCase(name, seed), tf)).toBeLessThanOrEqual(1e-4)
      }),
      { numRuns: 8 },
    )
  },
)

// What the WebAssembly backend of tfjs cannot differentiate by itself.
test.each(['Gather', 'Conv', 'Conv with dilation', 'ConvTranspose', 'ConvTranspose with dilation', 'ConvLSTM'])(
  '%s: the gradients are right on WebAssembly too',
  async (name) => {
    const { tf } = await loadTfjs('wasm')
    for (const seed of [1, 2, 3]) expect(await gradientGap(graphOfCase(name, seed), tf)).toBeLessThanOrEqual(1e-4)
  },
)

test('a gradient that is wrong is seen', async () => {
  const { tf } = await loadTfjs('cpu')
  const graph = graphOfCase('Tanh', 1)
  const nodes = graph.nodes.map((node) => (node.op === 'Tanh' ? { ...node, op: 'Sigmoid' } : node))
  const [ours, others] = [await ourGradients(graph), await ourGradients({ ...graph, nodes })]
  expect(ours).not.toEqual(others)
  expect(await gradientGap(graph, tf)).toBeLessThan(1e-5)
})

test.each(['Gather', 'Gather along another axis', 'LSTM'])(
  '%s: both ways to sum rows give the same gradients',
  async (name) => {
    const graph = graphOfCase(name, 5)
    const [scatter, product] = [await ourGradients(graph, { lookups: 'scatter' }), await ourGradients(graph)]
    for (const [parameter, values] of Object.entries(product)) {
      values.forEach((value, i) => expect(scatter[parameter][i]).toBeCloseTo(value, 4))
    }
  },
)

test('the gradient of a dilated convolution agrees with finite differences', async () => {
  async function lossOf(shift: number, at: number): Promise<{ loss: number; gradient: number }> {
    const builder = GraphBuilder.create('dilated')
    const weights = Float32Array.from({ length: 8 }, (_, i) => Math.sin(i) + (i === at ? shift : 0))
    const x = builder.constant(
      Float32Array.from({ length: 98 }, (_, i) => Math.cos(i * i)),
      [1, 2, 7, 7],
    )
    const options = { dilations: [2, 3], strides: [1, 2], pads: [1, 0, 0, 1] } as const
    const y = ops.conv(x, builder.parameter('w', [1, 2, 2, 2], weights), options)
    builder.output('loss', ops.reduceSum(ops.mul(y, y)))
    const graph = builder.build()
    const session = await InferenceSession.create(encodeModel(graph), { logSeverityLevel: 3 })
    const { loss } = await session.run({})
    return { loss: (loss.data as Float32Array)[0], gradient: (await ourGradients(graph)).w[at] }
  }
  for (const at of [0, 3, 6]) {
    const [low, middle, high] = [await lossOf(-0.05, at), await lossOf(0, at), await lossOf(0.05, at)]
    // The loss is a square in each weight, so central differences are exact but for rounding.
    expect((high.loss - low.loss) / 0.1).toBeCloseTo(middle.gradient, 2)
  }
})
