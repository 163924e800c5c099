import { denseGates } from '@sp/engine'
import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { parametersOf } from './deeplog-network.js'
import type { NetworkSize } from './deeplog-options.js'

// N = sessions that take a step, L = layers, H = units of a layer, V = vocabulary.

/** Names of what goes into a step and comes out of it. */
export const STEP_NETWORK = {
  /** `[N]` int32: the event that is read */
  event: 'event',
  /** `[N, 2·L·H]`: of each layer the hidden state, then the cell */
  state: 'state',
  /** `[N, 2·L·H]`: after the step */
  next: 'next_state',
  /** `[N, V]`: of what follows */
  logProbabilities: 'log_probabilities',
} as const

/** Floats of the state of a session: `2·L·H`. */
export function stateWidth({ layers, hidden }: Pick<NetworkSize, 'layers' | 'hidden'>): number {
  return 2 * layers * hidden
}

/**
 * One step of a trained DeepLog network: an event is read, the next predicted. The network itself is unrolled over a
 * window, which teaches fast; a stream asks for one step at a time, of many sessions.
 */
export function stepNetwork(graph: Graph, { embedding, hidden, layers }: NetworkSize): Graph {
  const weights = parametersOf(graph)
  const vocabularySize = weights['dense.bias'].length
  const builder = GraphBuilder.create('DeepLog step')
  const event = builder.input(STEP_NETWORK.event, ['batch'], 'int32')
  const state = builder.input(STEP_NETWORK.state, ['batch', stateWidth({ layers, hidden })])
  const parts = ops.split(state, 2 * layers, 1)
  const next: Tensor[] = []
  for (let layer = 0; layer < layers; layer++) {
    const gates = layer === 0 ? ops.gather(gatesOfEvents(), event) : denseGates(next.at(-2)!, gateWeights(layer))
    next.push(...lstmStep(gates, [parts[2 * layer], parts[2 * layer + 1]], parameter(`lstm${layer}.recurrent`)))
  }
  builder.output(STEP_NETWORK.next, ops.concat(next, 1))
  const bias = builder.parameter('dense.bias', [vocabularySize], weights['dense.bias'])
  const logits = ops.gemm(next.at(-2)!, parameter('dense.weight', vocabularySize), bias)
  builder.output(STEP_NETWORK.logProbabilities, ops.logSoftmax(logits))
  return builder.build()

  function parameter(name: string, width = 4 * hidden): Tensor {
    return builder.parameter(name, [hidden, width], weights[name])
  }

  function gateWeights(layer: number) {
    const name = `lstm${layer}.bias`
    return { weight: parameter(`lstm${layer}.weight`), bias: builder.parameter(name, [4 * hidden], weights[name]) }
  }

  /** `[V, 4H]`: what the first layer's gates get of each event, worked out once. */
  function gatesOfEvents(): Tensor {
    const table = weights.embedding
    const [weight, bias] = [weights['lstm0.weight'], weights['lstm0.bias']]
    const width = 4 * hidden
    const gates = new Float32Array(vocabularySize * width)
    for (let v = 0; v < vocabularySize; v++) {
      for (let g = 0; g < width; g++) {
        let sum = bias[g]
        for (let i = 0; i < embedding; i++) sum += table[v * embedding + i] * weight[i * width + g]
        gates[v * width + g] = sum
      }
    }
    return builder.parameter('gates_of_events', [vocabularySize, width], gates)
  }
}

/** Hidden state and cell `[N, H]` after a step; as `lstm` of `@sp/engine` has it. */
function lstmStep(gates: Tensor, [hidden, cell]: readonly [Tensor, Tensor], recurrent: Tensor): [Tensor, Tensor] {
  const [i, f, g, o] = ops.split(ops.gemm(hidden, recurrent, gates), 4, 1)
  const next = ops.add(ops.mul(ops.sigmoid(f), cell), ops.mul(ops.sigmoid(i), ops.tanh(g)))
  return [ops.mul(ops.sigmoid(o), ops.tanh(next)), next]
}
