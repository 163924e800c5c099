import { ops } from '../src/index.js'
import type { Graph } from '../src/graph.js'
import { GraphBuilder } from '../src/graph-builder.js'

/** A graph in which every operator stands that all opsets from 11 to 21 have. */
export function graphOfAllOperators(): Graph {
  const builder = GraphBuilder.create('all operators')
  const x = builder.input('x', ['batch', 4])
  const ids = builder.input('ids', ['batch'], 'int32')
  const image = builder.input('image', ['batch', 2, 5, 5])
  const w = builder.parameter('w', [4, 3], ramp(12))
  const kernel = builder.parameter('kernel', [3, 2, 3, 3], ramp(54))

  const positive = ops.add(ops.abs(x), 0.5)
  const arithmetic = ops.max(ops.div(ops.sub(ops.mul(x, 2), 1), positive), ops.min(ops.pow(positive, 1.5), ops.neg(x)))
  const functions = ops.sqrt(ops.exp(ops.log(ops.clip(positive, 0.1, 3))))
  const choice = ops.where(ops.greater(x, 0), ops.sign(x), ops.where(ops.less(x, -1), x, 0.25))
  const activations = ops.concat(
    [ops.sigmoid(x), ops.tanh(x), ops.relu(x), ops.selu(x), ops.softplus(x), ops.softmax(x), ops.logSoftmax(x)],
    1,
  )
  builder.output('elementwise', ops.concat([arithmetic, functions, choice, activations], 1))

  const product = ops.gemm(x, w, builder.constant(ramp(3), [3]))
  const batched = ops.matMul(ops.reshape(x, ['batch', 2, 2]), ops.transpose(ops.reshape(x, ['batch', 2, 2]), [0, 2, 1]))
  builder.output('matrices', ops.concat([product, ops.reshape(batched, ['batch', 4])], 1))

  const [left, right] = ops.split(x, [1, 3], 1)
  const [first, second] = ops.split(x, 2, 1)
  const cut = ops.slice(ops.pad(right, [0, 1], [0, 2], 7), { axes: [1], starts: [1], ends: [-1] })
  const folded = ops.squeeze(
    ops.unsqueeze(ops.expandLike(ops.reduceMax(x, { axes: [1], keepDims: true }), cut), [1]),
    [1],
  )
  builder.output('layout', ops.concat([left, first, second, cut, folded], 1))

  const hot = ops.oneHot(ids, 4)
  builder.output('indexing', ops.concat([hot, ops.gather(ops.transpose(w, [0, 1]), ids)], 1))
  const scale = builder.scalar(1.5)
  builder.output('normalized', ops.normalize(x, { scale, offset: builder.scalar(-0.5) }))
  builder.output('total', ops.div(ops.reduceSum(x), ops.sizeOf(ops.reduceMean(x, { axes: [1] }))))

  const down = ops.conv(image, kernel, { strides: [2, 2], pads: [1, 1, 1, 1], bias: builder.constant(ramp(3), [3]) })
  const up = ops.convTranspose(down, kernel, { strides: [2, 2], pads: [1, 1, 1, 1] })
  builder.output('convolution', ops.conv(up, kernel, { dilations: [2, 2] }))
  return builder.metadata('purpose', 'test').build()
}

/** Feeds for `graphOfAllOperators`, batch 3. */
export const FEEDS = {
  x: { data: ramp(12), dims: [3, 4] },
  ids: { data: Int32Array.of(3, 0, 1), dims: [3] },
  image: { data: ramp(150), dims: [3, 2, 5, 5] },
}

/** Numbers between −2 and 2 that look like noise. */
export function ramp(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 2 * Math.sin(1 + i * i * 0.7))
}
