import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { NETWORK, parametersOf } from './deeplog-network.js'
import type { NetworkSize } from './deeplog-options.js'
import { layerOf, lstmLayer } from './lstm-layer.js'

// N = windows, T = events that are read, E = width of the embedding, V = vocabulary.

/**
 * A trained DeepLog network for others to run: ONNX's own LSTM operator in place of the steps unrolled for training, so
 * that it is small and reads any number of events. Input `input_sequence` `[N, T]` int32; outputs `predictions` (logits)
 * and `log_probabilities`, each `[N, T, V]`: after each event what follows it. Operators are those of opset 11 and later.
 */
export function deployedNetwork(graph: Graph, size: NetworkSize): Graph {
  const weights = parametersOf(graph)
  const { embedding, hidden, layers } = size
  const vocabularySize = weights['dense.bias'].length
  const builder = GraphBuilder.create('DeepLog')
  const inputs = builder.input(NETWORK.inputs, ['batch', 'steps'], 'int32')
  const table = builder.parameter('embedding', [vocabularySize, embedding], weights.embedding)
  let states: Tensor = ops.transpose(ops.gather(table, inputs), [1, 0, 2]) // [T, N, E]
  for (let layer = 0; layer < layers; layer++) {
    states = ops.squeeze(lstmLayer(states, layerOf(weights, layer, size))[0], [1])
  }
  const weight = builder.parameter('dense.weight', [hidden, vocabularySize], weights['dense.weight'])
  const bias = builder.parameter('dense.bias', [vocabularySize], weights['dense.bias'])
  const logits = ops.transpose(ops.add(ops.matMul(states, weight), bias), [1, 0, 2]) // [N, T, V]
  builder.output(NETWORK.logProbabilities, ops.logSoftmax(logits))
  builder.output(NETWORK.logits, logits)
  return builder.build()
}
