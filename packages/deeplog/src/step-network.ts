import { denseGates } from '@sp/engine'
import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { parametersOf } from './deeplog-network.js'
import type { NetworkSize } from './deeplog-options.js'

// N = sessions that go on, K = steps that each takes, L = layers, H = units of a layer, V = vocabulary.

/** Names of what goes into steps and comes out of them. */
export const STEP_NETWORK = {
  /** `[N, K]` int32: the events that are read */
  events: 'events',
  /** `[N, 2·L·H]`: of each layer the hidden state, then the cell, before the first step */
  state: 'state',
  /** `[N, K·2·L·H]`: the same after each step */
  next: 'next_states',
  /** `[N·K, V]`: of what follows each step, the steps of a session one after the other */
  logProbabilities: 'log_probabilities',
} as const

/** Floats of the state of a session: `2·L·H`. */
export function stateWidth({ layers, hidden }: Pick<NetworkSize, 'layers' | 'hidden'>): number {
  return 2 * layers * hidden
}

/**
 * Steps of a trained DeepLog network: an event is read, the next predicted, `steps` times. The network itself is unrolled
 * over a window from its beginning, which teaches fast; a stream goes on from where its sessions stand.
 */
export function stepNetwork(graph: Graph, { embedding, hidden, layers }: NetworkSize, steps = 1): Graph {
  const weights = parametersOf(graph)
  const vocabularySize = weights['dense.bias'].length
  const builder = GraphBuilder.create('DeepLog step')
  const events = builder.input(STEP_NETWORK.events, ['batch', steps], 'int32')
  const state = builder.input(STEP_NETWORK.state, ['batch', stateWidth({ layers, hidden })])
  const before = ops.split(state, 2 * layers, 1)
  /** Hidden state and cell `[N, H]` of each layer, by step. */
  const after: Tensor[][] = Array.from({ length: steps }, () => [])
  let below: Tensor | null = null
  for (let layer = 0; layer < layers; layer++) {
    const gates = below === null ? ops.gather(gatesOfEvents(), events) : denseGates(below, gateWeights(layer))
    const recurrent = parameter(`lstm${layer}.recurrent`)
    let own: [Tensor, Tensor] = [before[2 * layer], before[2 * layer + 1]]
    ops.split(ops.reshape(gates, [-1, steps * 4 * hidden]), steps, 1).forEach((input, step) => {
      own = lstmStep(input, own, recurrent)
      after[step].push(...own)
    })
    const hiddenStates = after.map((parts) => parts[2 * layer])
    below = ops.reshape(ops.concat(hiddenStates, 1), [-1, hidden]) // [N·K, H]
  }
  builder.output(STEP_NETWORK.next, ops.concat(after.flat(), 1))
  const bias = builder.parameter('dense.bias', [vocabularySize], weights['dense.bias'])
  const logits = ops.gemm(below!, parameter('dense.weight', vocabularySize), bias)
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
