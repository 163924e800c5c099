import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { NETWORK, parametersOf } from './deeplog-network.js'
import type { NetworkSize } from './deeplog-options.js'

// N = windows, T = events that are read, E = width of the embedding, H = units of a layer, V = vocabulary.

/**
 * A trained DeepLog network for others to run: ONNX's own LSTM operator in place of the steps unrolled for training, so
 * that it is small and reads any number of events. Input `input_sequence` `[N, T]` int32; outputs `predictions` (logits)
 * and `log_probabilities`, each `[N, T, V]`: after each event what follows it. Operators are those of opset 11 and later.
 */
export function deployedNetwork(graph: Graph, { embedding, hidden, layers }: NetworkSize): Graph {
  const weights = parametersOf(graph)
  const vocabularySize = weights['dense.bias'].length
  const builder = GraphBuilder.create('DeepLog')
  const inputs = builder.input(NETWORK.inputs, ['batch', 'steps'], 'int32')
  const table = builder.parameter('embedding', [vocabularySize, embedding], weights.embedding)
  let states: Tensor = ops.transpose(ops.gather(table, inputs), [1, 0, 2]) // [T, N, E]
  for (let layer = 0; layer < layers; layer++) {
    const own = { weight: weights[`lstm${layer}.weight`], recurrent: weights[`lstm${layer}.recurrent`] }
    const bias = weights[`lstm${layer}.bias`]
    states = lstmLayer(states, { name: `lstm${layer}`, ...own, bias, width: layer === 0 ? embedding : hidden, hidden })
  }
  const weight = builder.parameter('dense.weight', [hidden, vocabularySize], weights['dense.weight'])
  const bias = builder.parameter('dense.bias', [vocabularySize], weights['dense.bias'])
  const logits = ops.transpose(ops.add(ops.matMul(states, weight), bias), [1, 0, 2]) // [N, T, V]
  builder.output(NETWORK.logProbabilities, ops.logSoftmax(logits))
  builder.output(NETWORK.logits, logits)
  return builder.build()
}

/** Hidden states `[T, N, H]` of inputs `[T, N, I]`. */
function lstmLayer(
  inputs: Tensor,
  layer: {
    readonly name: string
    readonly weight: Float32Array
    readonly recurrent: Float32Array
    readonly bias: Float32Array
    readonly width: number
    readonly hidden: number
  },
): Tensor {
  const { builder } = inputs
  const { name, weight, recurrent, bias, width, hidden } = layer
  const ofRecurrent = new Float32Array(4 * hidden)
  const both = new Float32Array([...gatesOfOnnx(bias, 1, hidden), ...ofRecurrent])
  const [steps, batch] = inputs.shape
  const [all] = builder.node(
    'LSTM',
    [
      inputs,
      builder.parameter(`${name}.W`, [1, 4 * hidden, width], gatesOfOnnx(weight, width, hidden)),
      builder.parameter(`${name}.R`, [1, 4 * hidden, hidden], gatesOfOnnx(recurrent, hidden, hidden)),
      builder.parameter(`${name}.B`, [1, 8 * hidden], both),
    ],
    [{ type: 'float32', shape: [steps, 1, batch, hidden] }],
    { attributes: { hidden_size: hidden } },
  )
  return ops.squeeze(all, [1])
}

/** Our weights `[I, 4H]`, gates i, f, g, o, as ONNX has them: `[4H, I]`, gates i, o, f, g. */
function gatesOfOnnx(weight: Float32Array, rows: number, hidden: number): Float32Array {
  const result = new Float32Array(weight.length)
  const columns = 4 * hidden
  for (const [place, gate] of [0, 3, 1, 2].entries()) {
    for (let unit = 0; unit < hidden; unit++) {
      for (let row = 0; row < rows; row++) {
        result[(place * hidden + unit) * rows + row] = weight[row * columns + gate * hidden + unit]
      }
    }
  }
  return result
}
