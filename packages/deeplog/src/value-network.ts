import { denseGates, lstm, normalArray, seededRandom, squaredError, uniformArray } from '@sp/engine'
import { GraphBuilder, ops, type Graph } from '@sp/onnx-export'

// N = windows, h = rows a window, C = columns of values, H = hidden units.

/** Shape of a network that predicts the next values of a template from those before. */
export interface ValueNetworkSize {
  readonly columns: number
  readonly window: number
  readonly hidden: number
}

/** Names of inputs and output. */
export const VALUE_NETWORK = { past: 'past', next: 'next', prediction: 'prediction' } as const

/** An LSTM over vectors of values with a dense layer on its last state (Du et al. 2017, §3.3). */
export function valueNetwork({ columns, window, hidden }: ValueNetworkSize, seed: number): Graph {
  const builder = GraphBuilder.create('parameter values')
  const random = seededRandom(seed)
  const bound = 1 / Math.sqrt(hidden)
  const past = builder.input(VALUE_NETWORK.past, ['batch', window, columns])
  const timeMajor = ops.reshape(ops.transpose(past, [1, 0, 2]), [`${window}*batch`, columns])
  const gates = denseGates(timeMajor, {
    weight: builder.parameter('weight', [columns, 4 * hidden], uniformArray(random, columns * 4 * hidden, bound)),
    bias: builder.parameter('bias', [4 * hidden], uniformArray(random, 4 * hidden, bound)),
  })
  const recurrent = builder.parameter(
    'recurrent',
    [hidden, 4 * hidden],
    uniformArray(random, 4 * hidden * hidden, bound),
  )
  const last = lstm(gates, { recurrent, steps: window }).at(-1)!
  const prediction = ops.gemm(
    last,
    builder.parameter('dense.weight', [hidden, columns], normalArray(random, hidden * columns, 0.01)),
    builder.parameter('dense.bias', [columns], new Float32Array(columns)),
  )
  builder.output(VALUE_NETWORK.prediction, prediction)
  builder.output('loss', squaredError(prediction, builder.input(VALUE_NETWORK.next, ['batch', columns])))
  return builder.build()
}
