import { GraphBuilder, ops, type Graph } from '@sp/onnx-export'
import { crossEntropy } from '../src/losses.js'
import { asSequence, denseGates, embeddedGates, lstm } from '../src/lstm.js'
import { normalArray, seededRandom, uniformArray } from '../src/random.js'

/** Size of a DeepLog network. */
export interface DeepLogSize {
  readonly vocabulary: number
  readonly embedding: number
  readonly hidden: number
  readonly layers: number
  readonly window: number
}

/** DeepLog with seeded weights: embedding, LSTM layers, a dense layer on the last step. */
export function deepLogNetwork({ vocabulary, embedding, hidden, layers, window }: DeepLogSize): Graph {
  const random = seededRandom(1)
  const builder = GraphBuilder.create('DeepLog')
  function uniform(name: string, shape: number[]) {
    return builder.parameter(
      name,
      shape,
      uniformArray(
        random,
        shape.reduce((a, b) => a * b),
        1 / Math.sqrt(hidden),
      ),
    )
  }
  const ids = builder.input('x', ['batch', window], 'int32')
  const table = builder.parameter('embedding', [vocabulary, embedding], normalArray(random, vocabulary * embedding))
  let states = [ids]
  for (let layer = 0; layer < layers; layer++) {
    const weight = uniform(`layer${layer}.weight`, [layer === 0 ? embedding : hidden, 4 * hidden])
    const bias = uniform(`layer${layer}.bias`, [4 * hidden])
    const gates =
      layer === 0 ? embeddedGates(ids, table, { weight, bias }) : denseGates(asSequence(states), { weight, bias })
    states = lstm(gates, { recurrent: uniform(`layer${layer}.recurrent`, [hidden, 4 * hidden]), steps: window })
  }
  const logits = ops.gemm(
    states.at(-1)!,
    uniform('dense.weight', [hidden, vocabulary]),
    uniform('dense.bias', [vocabulary]),
  )
  builder.output('logits', logits)
  builder.output('loss', crossEntropy(logits, builder.input('y', ['batch'], 'int32')))
  return builder.build()
}
