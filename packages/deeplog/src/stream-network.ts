import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { parametersOf } from './deeplog-network.js'
import type { NetworkSize } from './deeplog-options.js'
import { layerOf, lstmLayer } from './lstm-layer.js'

// N = sessions that go on, K = events that the longest reads, E = width of the embedding, L = layers, H = units of a
// layer, V = vocabulary.

/** Names of what goes into the network of a stream and comes out of it. */
export const STREAM_NETWORK = {
  /** `[K, N]` int32: the events that are read; anything behind the end of a session */
  events: 'events',
  /** `[N]` int32, from 1: how many of them */
  lengths: 'lengths',
  /** `[N, 2·L·H]`: of each layer the hidden state, then the cell, before the first */
  state: 'state',
  /** `[N, 2·L·H]`: the same after the last */
  next: 'next_state',
  /** `[K, N, V]`: of what follows each event */
  logProbabilities: 'log_probabilities',
} as const

/** Floats of the state of a session: `2·L·H`. */
export function stateWidth({ layers, hidden }: Pick<NetworkSize, 'layers' | 'hidden'>): number {
  return 2 * layers * hidden
}

/**
 * A trained DeepLog network that goes on where sessions stand, with ONNX's own LSTM operator: any number of events a call,
 * each predicted. The network itself is unrolled over a window from its beginning, so that it can be taught.
 */
export function streamNetwork(graph: Graph, size: NetworkSize): Graph {
  const weights = parametersOf(graph)
  const { embedding, hidden, layers } = size
  const vocabularySize = weights['dense.bias'].length
  const builder = GraphBuilder.create('DeepLog of a stream')
  const events = builder.input(STREAM_NETWORK.events, ['steps', 'batch'], 'int32')
  const lengths = builder.input(STREAM_NETWORK.lengths, ['batch'], 'int32')
  const state = builder.input(STREAM_NETWORK.state, ['batch', stateWidth(size)])
  const before = ops.split(state, 2 * layers, 1).map((part) => ops.unsqueeze(part, [0]))
  const after: Tensor[] = []
  let states = ops.gather(builder.parameter('embedding', [vocabularySize, embedding], weights.embedding), events)
  for (let layer = 0; layer < layers; layer++) {
    const start = { lengths, hidden: before[2 * layer], cell: before[2 * layer + 1] }
    const [all, ...last] = lstmLayer(states, layerOf(weights, layer, size), start)
    states = ops.squeeze(all, [1])
    after.push(...last.map((part) => ops.squeeze(part, [0])))
  }
  builder.output(STREAM_NETWORK.next, ops.concat(after, 1))
  const weight = builder.parameter('dense.weight', [hidden, vocabularySize], weights['dense.weight'])
  const bias = builder.parameter('dense.bias', [vocabularySize], weights['dense.bias'])
  const logits = ops.add(ops.matMul(states, weight), bias)
  builder.output(STREAM_NETWORK.logProbabilities, ops.logSoftmax(logits))
  return builder.build()
}
