import {
  asSequence,
  denseGates,
  embeddedGates,
  lstm,
  normalArray,
  seededRandom,
  uniformArray,
  withParameters,
} from '@sp/engine'
import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import type { NetworkSize } from './deeplog-options.js'

// N = windows, h = events a window, P = predictions a window (1 or h), V = vocabulary.

/** Names of what goes into the network and comes out of it; the first two are the reference system's. */
export const NETWORK = {
  /** `[N, h]` int32 */
  inputs: 'input_sequence',
  /** `[N, P·V]` logits, prediction by prediction */
  logits: 'predictions',
  /** `[N, P·V]` logarithms of probabilities */
  logProbabilities: 'log_probabilities',
  /** `[N, P]` int32, for training */
  targets: 'targets',
  /** `[N, P]` 1 where a target counts, for training */
  mask: 'mask',
} as const

/**
 * DeepLog (Du et al. 2017, fig. 3) with given weights or seeded ones: embedding → LSTM layers → dense layer, on the last step
 * (`next`) or on each (`every`). The loss of a window is the mean surprise of its targets.
 */
export function deepLogNetwork(
  vocabularySize: number,
  { embedding, hidden, layers, window, predict, seed }: NetworkSize & { predict: 'next' | 'every'; seed: number },
  weights: Readonly<Record<string, Float32Array | undefined>> = {},
): Graph {
  const builder = GraphBuilder.create('DeepLog')
  const random = seededRandom(seed)
  function uniform(name: string, shape: readonly number[]): Tensor {
    const length = shape.reduce((product, dim) => product * dim, 1)
    return builder.parameter(name, shape, weights[name] ?? uniformArray(random, length, 1 / Math.sqrt(hidden)))
  }
  const inputs = builder.input(NETWORK.inputs, ['batch', window], 'int32')
  const table = builder.parameter(
    'embedding',
    [vocabularySize, embedding],
    weights.embedding ?? normalArray(random, vocabularySize * embedding),
  )
  let states: Tensor[] = []
  for (let layer = 0; layer < layers; layer++) {
    const weight = uniform(`lstm${layer}.weight`, [layer === 0 ? embedding : hidden, 4 * hidden])
    const gate = { weight, bias: uniform(`lstm${layer}.bias`, [4 * hidden]) }
    const gates = layer === 0 ? embeddedGates(inputs, table, gate) : denseGates(asSequence(states), gate)
    states = lstm(gates, { recurrent: uniform(`lstm${layer}.recurrent`, [hidden, 4 * hidden]), steps: window })
  }
  const read = predict === 'every' ? states : states.slice(-1)
  const dense = [uniform('dense.weight', [hidden, vocabularySize]), uniform('dense.bias', [vocabularySize])] as const
  addOutputs(builder, ops.gemm(asSequence(read), ...dense), { predictions: read.length, vocabularySize })
  return builder.build()
}

/** From time-major logits `[P·N, V]`: the outputs by window, and the loss. */
function addOutputs(
  builder: GraphBuilder,
  logits: Tensor,
  { predictions, vocabularySize }: { predictions: number; vocabularySize: number },
): void {
  const logProbabilities = ops.logSoftmax(logits)
  function byWindow(values: Tensor): Tensor {
    const steps = ops.reshape(values, [predictions, 'batch', vocabularySize])
    return ops.reshape(ops.transpose(steps, [1, 0, 2]), ['batch', predictions * vocabularySize])
  }
  builder.output(NETWORK.logits, byWindow(logits))
  builder.output(NETWORK.logProbabilities, byWindow(logProbabilities))
  const targets = builder.input(NETWORK.targets, ['batch', predictions], 'int32')
  const mask = builder.input(NETWORK.mask, ['batch', predictions])
  const chosen = ops.oneHot(ops.reshape(ops.transpose(targets, [1, 0]), [-1]), vocabularySize)
  const surprise = ops.neg(ops.reduceSum(ops.mul(logProbabilities, chosen), { axes: [1] }))
  const counted = ops.mul(ops.reshape(surprise, [predictions, 'batch']), ops.transpose(mask, [1, 0]))
  builder.output('loss', ops.reduceSum(counted, { axes: [0] }))
}

/**
 * The same network for a larger vocabulary: what it knew keeps its weights. A new event is read as the average of the
 * known ones and starts as unlikely as the unlikeliest of them.
 */
export function growNetwork(
  graph: Graph,
  vocabularySize: number,
  settings: NetworkSize & { predict: 'next' | 'every'; seed: number },
): Graph {
  const old = parametersOf(graph)
  const { embedding, hidden } = settings
  const before = old['dense.bias'].length
  const grown = deepLogNetwork(vocabularySize, settings)
  const table = new Float32Array(vocabularySize * embedding)
  table.set(old.embedding)
  const mean = averageRow(old.embedding, { width: embedding, from: 2 })
  for (let row = before; row < vocabularySize; row++) table.set(mean, row * embedding)
  const weight = new Float32Array(hidden * vocabularySize)
  for (let unit = 0; unit < hidden; unit++) {
    weight.set(old['dense.weight'].subarray(unit * before, (unit + 1) * before), unit * vocabularySize)
  }
  const bias = new Float32Array(vocabularySize).fill(Math.min(...old['dense.bias']))
  bias.set(old['dense.bias'])
  return withParameters(grown, { ...old, embedding: table, 'dense.weight': weight, 'dense.bias': bias })
}

/** The parameters of a graph by name. */
export function parametersOf(graph: Graph): Record<string, Float32Array> {
  const names = new Set(graph.parameters)
  const entries = graph.initializers.filter(({ name }) => names.has(name))
  return Object.fromEntries(entries.map(({ name, data }) => [name, data as Float32Array]))
}

/** The network with row `target` of the embedding set to the average of the rows `rows`. */
export function withAverageEmbedding(
  graph: Graph,
  { target, rows, width }: { target: number; rows: readonly number[]; width: number },
): Graph {
  const table = parametersOf(graph).embedding.slice()
  for (let i = 0; i < width; i++) {
    table[target * width + i] = rows.reduce((sum, row) => sum + table[row * width + i], 0) / rows.length
  }
  return withParameters(graph, { embedding: table })
}

function averageRow(table: Float32Array, { width, from }: { width: number; from: number }): Float32Array {
  const rows = table.length / width
  const mean = new Float32Array(width)
  for (let row = from; row < rows; row++) for (let i = 0; i < width; i++) mean[i] += table[row * width + i]
  return mean.map((sum) => sum / Math.max(rows - from, 1))
}
