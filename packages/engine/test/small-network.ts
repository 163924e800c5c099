import { GraphBuilder, ops, type Graph } from '@sp/onnx-export'
import type { Dataset } from '../src/dataset.js'
import { crossEntropy } from '../src/losses.js'
import { embeddedGates, lstm } from '../src/lstm.js'
import { normalArray, seededRandom, uniformArray } from '../src/random.js'

/** Next-event network over 5 templates with windows of 4. */
export function smallNetwork(): Graph {
  const random = seededRandom(7)
  const builder = GraphBuilder.create('small')
  const ids = builder.input('x', ['batch', 4], 'int32')
  const table = builder.parameter('table', [5, 6], normalArray(random, 30))
  const weight = builder.parameter('weight', [6, 32], uniformArray(random, 192, 0.4))
  const bias = builder.parameter('bias', [32], new Float32Array(32))
  const recurrent = builder.parameter('recurrent', [8, 32], uniformArray(random, 256, 0.4))
  const states = lstm(embeddedGates(ids, table, { weight, bias }), { recurrent, steps: 4 })
  const dense = builder.parameter('dense', [8, 5], uniformArray(random, 40, 0.4))
  const logits = builder.output('logits', ops.matMul(states.at(-1)!, dense))
  builder.output('loss', crossEntropy(logits, builder.input('y', ['batch'], 'int32')))
  return builder.build()
}

/** Windows over 0 1 2 3 4 0 1 2 …; with `noise`, that share of the targets is arbitrary. */
export function cyclicData(count: number, noise = 0): Dataset {
  const random = seededRandom(3)
  const x = Int32Array.from({ length: count * 4 }, (_, i) => (Math.floor(i / 4) + (i % 4)) % 5)
  const y = Int32Array.from({ length: count }, (_, i) => (random.uniform() < noise ? random.integer(5) : (i + 4) % 5))
  return { inputs: { x: { data: x, shape: [count, 4] }, y: { data: y, shape: [count] } } }
}
