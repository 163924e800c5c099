import { encodeModel, GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import type { Tensor as TfTensor, Variable, Scalar } from '@tensorflow/tfjs-core'
import { InferenceSession } from 'onnxruntime-node'
import { differentiate, gradientName, type DifferentiateOptions } from '../src/differentiate.js'
import { squaredError } from '../src/losses.js'
import { convLstm, denseGates, embeddedGates, lstm } from '../src/lstm.js'
import { normalArray, seededRandom, type Random } from '../src/random.js'
import type { Tfjs } from '../src/tfjs-backends.js'
import { TfjsInterpreter } from '../src/tfjs-interpreter.js'

/** Makes values of a graph whose shapes and numbers follow from a seed. */
export class CaseBuilder {
  readonly graph = GraphBuilder.create('case')
  readonly random: Random
  #parameters = 0

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  /** Size from `least` to `most`. */
  size(least = 1, most = 4): number {
    return least + this.random.integer(most - least + 1)
  }

  /** A parameter of normal numbers, or of positive ones from 0.5. */
  value(shape: number[], { positive = false } = {}): Tensor {
    const data = normalArray(
      this.random,
      shape.reduce((a, b) => a * b, 1),
    )
    return this.graph.parameter(`p${this.#parameters++}`, shape, positive ? data.map((x) => Math.abs(x) + 0.5) : data)
  }

  /** Fixed whole numbers below `below`. */
  indices(shape: number[], below: number): Tensor {
    const length = shape.reduce((a, b) => a * b, 1)
    return this.graph.constant(
      Int32Array.from({ length }, () => this.random.integer(below)),
      shape,
    )
  }

  /** Two values that broadcast: one may lack the first axis, or have size 1 in the last. */
  pair(options?: { positive?: boolean }): [Tensor, Tensor] {
    const shape = [this.size(), this.size(), this.size()]
    const other = [[...shape], shape.slice(1), [...shape.slice(0, 2), 1], []][this.random.integer(4)]
    return [this.value(shape, options), this.value(other, options)]
  }

  /** One value with three axes. */
  single(options?: { positive?: boolean }): Tensor {
    return this.value([this.size(), this.size(), this.size()], options)
  }
}

/** One expression per operator (or layer) whose gradients both engines compute. */
export const OPERATOR_CASES: Readonly<Record<string, (make: CaseBuilder) => Tensor>> = {
  Add: (make) => ops.add(...make.pair()),
  Sub: (make) => ops.sub(...make.pair()),
  Mul: (make) => ops.mul(...make.pair()),
  Div: (make) => ops.div(...make.pair({ positive: true })),
  Pow: (make) => ops.pow(...make.pair({ positive: true })),
  Max: (make) => ops.max(...make.pair()),
  Min: (make) => ops.min(...make.pair()),
  Where: (make) => {
    const [a, b] = make.pair()
    return ops.where(ops.greater(a, 0.3), a, b)
  },
  Neg: (make) => ops.neg(make.single()),
  Exp: (make) => ops.exp(make.single()),
  Log: (make) => ops.log(make.single({ positive: true })),
  Sqrt: (make) => ops.sqrt(make.single({ positive: true })),
  Abs: (make) => ops.abs(make.single()),
  Clip: (make) => ops.clip(make.single(), -0.5, 0.7),
  Cast: (make) => ops.mul(make.single(), ops.cast(ops.less(make.value([1]), 0), 'float32')),
  Sigmoid: (make) => ops.sigmoid(make.single()),
  Tanh: (make) => ops.tanh(make.single()),
  Relu: (make) => ops.relu(make.single()),
  Selu: (make) => ops.selu(make.single()),
  Softplus: (make) => ops.softplus(make.single()),
  Softmax: (make) => ops.softmax(make.single(), make.random.integer(3)),
  LogSoftmax: (make) => ops.logSoftmax(make.single(), make.random.integer(3)),
  'MatMul of matrices': (make) => {
    const [m, k, n] = [make.size(), make.size(), make.size()]
    return ops.matMul(make.value([m, k]), make.value([k, n]))
  },
  'MatMul of stacks': (make) => {
    const [b, m, k, n] = [make.size(), make.size(), make.size(), make.size()]
    return ops.matMul(make.value([b, m, k]), make.value([b, k, n]))
  },
  'MatMul of a stack with a matrix': (make) => {
    const [b, m, k, n] = [make.size(), make.size(), make.size(), make.size()]
    return ops.matMul(make.value([b, m, k]), make.value([k, n]))
  },
  Gemm: (make) => {
    const [m, k, n] = [make.size(), make.size(), make.size()]
    const [transposeA, transposeB] = [make.random.integer(2) === 1, make.random.integer(2) === 1]
    const bias = make.value([[n], [1, n], [m, 1], [m, n]][make.random.integer(4)])
    const a = make.value(transposeA ? [k, m] : [m, k])
    return ops.gemm(a, make.value(transposeB ? [n, k] : [k, n]), bias, { transposeA, transposeB })
  },
  'Gemm with one matrix many times': (make) => {
    const [rows, width] = [make.size(), make.size()]
    const [matrix, first] = [make.value([width, width]), make.value([rows, width])]
    return ops.gemm(ops.tanh(ops.gemm(ops.tanh(ops.gemm(first, matrix)), matrix)), matrix)
  },
  Gather: (make) => ops.gather(make.value([6, 3]), make.indices([2, make.size()], 6)),
  'Gather along another axis': (make) => ops.gather(make.value([2, 5, 3]), make.indices([make.size(1, 7)], 5), 1),
  Concat: (make) => {
    const [a, b] = [make.size(), make.size()]
    return ops.concat([make.value([a, 2, b]), make.value([a, 1, b]), make.value([a, make.size(), b])], 1)
  },
  'Split, one part unused': (make) => {
    const [first, , third] = ops.split(make.value([2, 6, make.size()]), [1, 2, 3], 1)
    return ops.matMul(first, ops.transpose(ops.reduceSum(third, { axes: [1], keepDims: true }), [0, 2, 1]))
  },
  Slice: (make) => ops.slice(make.value([4, make.size(2, 5), 3]), { axes: [1, 0], starts: [1, 0], ends: [9, -1] }),
  Reshape: (make) => ops.exp(ops.reshape(make.value([make.size(), 6]), [-1, 2, 3])),
  Transpose: (make) => ops.exp(ops.transpose(make.single(), [2, 0, 1])),
  Pad: (make) => ops.exp(ops.pad(make.value([2, make.size()]), [0, 1], [2, make.size(0, 2)], 0.5)),
  'Squeeze and Unsqueeze': (make) => ops.exp(ops.unsqueeze(ops.squeeze(make.value([3, 1, make.size()]), [1]), [0, 2])),
  Expand: (make) => ops.expandLike(make.value([1, 3]), make.value([make.size(), 3])),
  ReduceSum: (make) => ops.exp(ops.reduceSum(make.single(), { axes: [make.random.integer(3)] })),
  ReduceMean: (make) => ops.exp(ops.reduceMean(make.single(), { axes: [0, make.size(1, 2)], keepDims: true })),
  ReduceMax: (make) => ops.reduceMax(make.single(), { axes: [make.random.integer(3)] }),
  normalize: (make) => {
    // Of few elements nearly nothing is left: the gradient would be rounding alone.
    const x = make.value([5, make.size(5, 8)])
    return ops.normalize(x, {
      scale: make.value([1]),
      offset: make.value([x.shape[1] as number]),
      axes: [make.random.integer(2)],
    })
  },
  Conv: (make) => {
    const [channels, out] = [make.size(1, 3), make.size(1, 3)]
    const x = make.value([make.size(1, 3), channels, make.size(5, 8), make.size(5, 8)])
    return ops.conv(x, make.value([out, channels, make.size(1, 3), make.size(1, 4)]), {
      bias: make.value([out]),
      strides: [make.size(1, 3), make.size(1, 3)],
      pads: [make.size(0, 2), make.size(0, 2), make.size(0, 2), make.size(0, 2)],
    })
  },
  'Conv with dilation': (make) => {
    const x = make.value([2, make.size(1, 2), 8, 9])
    return ops.conv(x, make.value([2, x.shape[1] as number, make.size(1, 3), make.size(1, 3)]), {
      strides: [make.size(1, 2), make.size(1, 2)],
      dilations: [make.size(1, 3), make.size(2, 3)],
      pads: [make.size(0, 2), 0, 1, make.size(0, 2)],
    })
  },
  ConvTranspose: (make) => {
    const [channels, out] = [make.size(1, 3), make.size(1, 3)]
    const strides: [number, number] = [make.size(1, 3), make.size(1, 3)]
    const x = make.value([make.size(1, 3), channels, make.size(2, 4), make.size(2, 4)])
    return ops.convTranspose(x, make.value([channels, out, make.size(2, 3), make.size(2, 3)]), {
      bias: make.value([out]),
      strides,
      pads: [make.size(0, 1), 0, make.size(0, 1), 0],
      outputPadding: [strides[0] - 1, make.random.integer(strides[1])],
    })
  },
  'ConvTranspose with dilation': (make) => {
    const [x, out] = [make.value([2, make.size(1, 2), make.size(2, 4), 3]), make.size(1, 2)]
    return ops.convTranspose(x, make.value([x.shape[1] as number, out, make.size(1, 3), 2]), {
      strides: [make.size(1, 2), make.size(1, 3)],
      dilations: [make.size(1, 3), 2],
    })
  },
  LSTM: (make) => {
    const [units, entries, steps] = [make.size(), make.size(2, 5), make.size(2, 4)]
    const weights = { weight: make.value([3, 4 * units]), bias: make.value([4 * units]) }
    const gates = embeddedGates(make.indices([make.size(), steps], entries), make.value([entries, 3]), weights)
    const first = ops.concat(lstm(gates, { recurrent: make.value([units, 4 * units]), steps }), 0)
    const second = denseGates(first, { weight: make.value([units, 8]), bias: make.value([8]) })
    return lstm(second, { recurrent: make.value([2, 8]), steps }).at(-1)!
  },
  ConvLSTM: (make) => {
    const [channels, inputs, side] = [make.size(1, 2), make.size(1, 2), make.size(3, 4)]
    const frames = [0, 1, 2].map(() => make.value([2, inputs, side, side]))
    const peepholes = [0, 1, 2].map(() => make.value([channels, side, side])) as [Tensor, Tensor, Tensor]
    return convLstm(frames, {
      input: make.value([4 * channels, inputs, 3, 3]),
      recurrent: make.value([4 * channels, channels, 3, 3]),
      bias: make.value([4 * channels]),
      peepholes,
    }).at(-1)!
  },
  squaredError: (make) => squaredError(make.value([3, 2, 2]), make.value([3, 2, 2])),
}

/** The case as a graph with a scalar loss: the result weighted by random numbers, so that no gradient is uniform. */
export function graphOfCase(name: string, seed: number): Graph {
  const make = new CaseBuilder(seed)
  const result = OPERATOR_CASES[name](make)
  const shape = result.shape as number[]
  const weights = make.graph.constant(
    normalArray(
      make.random,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  )
  make.graph.output('loss', ops.reduceSum(ops.mul(result, weights)))
  return make.graph.build()
}

/** Gradients of a case: differentiated by us and run by onnxruntime. */
export async function ourGradients(
  graph: Graph,
  options?: DifferentiateOptions,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(encodeModel(differentiate(graph, 'loss', options)), {
    logSeverityLevel: 3,
  })
  const results = await session.run({})
  await session.release()
  return Object.fromEntries(graph.parameters.map((name) => [name, results[gradientName(name)].data as Float32Array]))
}

/** Gradients of a case: run and differentiated by tfjs. */
export async function tfjsGradients(graph: Graph, tf: Tfjs): Promise<Record<string, Float32Array>> {
  const variables: Record<string, Variable> = {}
  for (const { name, shape, data } of graph.initializers) {
    if (graph.parameters.includes(name)) variables[name] = tf.variable(tf.tensor(data as Float32Array, [...shape]))
  }
  const interpreter = new TfjsInterpreter(tf, graph)
  const { grads } = tf.variableGrads(
    () => interpreter.run(variables as Record<string, TfTensor>).loss as Scalar,
    Object.values(variables),
  )
  const gradients: [string, Float32Array][] = []
  for (const [name, variable] of Object.entries(variables)) {
    // A graphics processor gives its results later.
    const values = await (grads[variable.name] as TfTensor | null)?.data()
    gradients.push([name, (values as Float32Array | undefined) ?? new Float32Array(variable.size)])
  }
  interpreter.dispose()
  tf.dispose([variables, grads])
  return Object.fromEntries(gradients)
}

/**
 * Largest |Δ| of both gradients, relative to the largest element of the gradient it stands in. A gradient that is nearly
 * cancelled (below a hundredth of the largest of the case) counts as a hundredth: what is left of it is rounding.
 */
export async function gradientGap(graph: Graph, tf: Tfjs): Promise<number> {
  const [ours, theirs] = [await ourGradients(graph), await tfjsGradients(graph, tf)]
  const least = Math.max(1e-3, 0.01 * Math.max(...Object.values(theirs).map(largest)))
  return Math.max(
    ...graph.parameters.map((name) => {
      if (ours[name].length !== theirs[name].length) return Infinity
      const gap = largest(ours[name].map((value, i) => value - theirs[name][i]))
      return Number.isFinite(gap) ? gap / Math.max(least, largest(theirs[name])) : Infinity
    }),
  )
}

/** NaN where there is one. */
function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
