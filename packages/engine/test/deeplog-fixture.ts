import { readFileSync } from 'node:fs'
import { GraphBuilder, ops, type Graph } from '@sp/onnx-export'
import { crossEntropy } from '../src/losses.js'
import { asSequence, denseGates, embeddedGates, lstm } from '../src/lstm.js'

export interface Matrix {
  readonly dims: readonly number[]
  readonly data: readonly number[]
}

/** Ten Adam steps of the DeepLog network, as PyTorch did them. */
export interface DeepLogFixture {
  readonly shape: {
    vocabulary: number
    embedding: number
    hidden: number
    layers: number
    window: number
    batch: number
  }
  readonly adam: { lr: number; beta1: number; beta2: number; eps: number }
  readonly weights: Record<string, Matrix>
  readonly steps: { x: number[][]; y: number[]; loss: number; logits?: Matrix; gradients?: Record<string, Matrix> }[]
  readonly finalWeights: Record<string, Matrix>
}

export function readFixture(layers: 1 | 2): DeepLogFixture {
  return JSON.parse(readFileSync(new URL(`../testdata/deeplog-${layers}layer-torch.json`, import.meta.url), 'utf8'))
}

/** The network of a fixture, with PyTorch's parameters under PyTorch's names. Outputs `logits` and `loss` (per example). */
export function deepLogGraph({
  shape: { window, layers, vocabulary },
  weights,
}: Pick<DeepLogFixture, 'shape' | 'weights'>): Graph {
  const builder = GraphBuilder.create('DeepLog')
  const ids = builder.input('x', ['batch', window], 'int32')
  const targets = builder.input('y', ['batch'], 'int32')
  const parameters = Object.fromEntries(
    Object.entries(weights).map(([name, { dims, data }]) => [
      name,
      builder.parameter(name, dims, Float32Array.from(data)),
    ]),
  )
  let states = [builder.tensor('x')]
  for (let layer = 0; layer < layers; layer++) {
    const [inputs, recurrent, bias1, bias2] = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map(
      (name) => parameters[`lstm.${name}_l${layer}`],
    )
    const gateWeights = { weight: ops.transpose(inputs, [1, 0]), bias: ops.add(bias1, bias2) }
    const gates =
      layer === 0
        ? embeddedGates(ids, parameters['embedding.weight'], gateWeights)
        : denseGates(asSequence(states), gateWeights)
    states = lstm(gates, { recurrent: ops.transpose(recurrent, [1, 0]), steps: window })
  }
  const logits = ops.gemm(states.at(-1)!, parameters['fc.weight'], parameters['fc.bias'], { transposeB: true })
  if (vocabulary !== logits.shape[1]) throw new Error('the fixture contradicts itself')
  builder.output('logits', logits)
  builder.output('loss', crossEntropy(logits, targets))
  return builder.build()
}
