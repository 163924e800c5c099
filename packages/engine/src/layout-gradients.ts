import { elementCount, ops, type Dim, type Tensor } from '@sp/onnx-export'
import { sumTo, type GradientRule, type RuleContext } from './gradient-rule.js'

/** Rules of operators that move elements, and of reductions. */
export const LAYOUT_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Reshape: ({ dy, inputs: [x] }) => [ops.reshape(dy, x.shape)],
  Squeeze: ({ dy, inputs: [x] }) => [ops.reshape(dy, x.shape)],
  Unsqueeze: ({ dy, inputs: [x] }) => [ops.reshape(dy, x.shape)],
  Transpose: ({ dy, node }) => {
    const order = node.attributes.perm as readonly number[]
    return [
      ops.transpose(
        dy,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ]
  },
  Concat: ({ dy, inputs, node }) => {
    const axis = node.attributes.axis as number
    const sizes = inputs.map((input) => input.shape[axis])
    const equal = sizes.every((size) => size === sizes[0])
    return ops.split(dy, equal ? sizes.length : (sizes as number[]), axis)
  },
  Split: ({ outputs, gradients, node }) => [
    ops.concat(
      outputs.map((output, i) => gradients[i] ?? zerosLike(output)),
      node.attributes.axis as number,
    ),
  ],
  Slice: ({ dy, inputs: [x], node }) => {
    const [starts, ends, axes] = ['starts', 'ends', 'axes'].map((key) => node.attributes[key] as readonly number[])
    const before = x.shape.map((_, axis) => starts[axes.indexOf(axis)] ?? 0)
    const after = x.shape.map((dim, axis) => (axes.includes(axis) ? (dim as number) - ends[axes.indexOf(axis)] : 0))
    return [ops.pad(dy, before, after)]
  },
  Pad: ({ dy, inputs: [x], node }) => {
    const pads = node.attributes.pads as readonly number[]
    const axes = x.shape.flatMap((_, axis) => (pads[axis] + pads[axis + x.shape.length] > 0 ? [axis] : []))
    const starts = axes.map((axis) => pads[axis])
    return [
      axes.length === 0
        ? dy
        : ops.slice(dy, { axes, starts, ends: axes.map((axis, i) => starts[i] + (x.shape[axis] as number)) }),
    ]
  },
  Expand: ({ dy, inputs: [x] }) => [sumTo(dy, x.shape), null],

  Gather: ({ dy, inputs: [x, indices], node, lookups }) => {
    const axis = node.attributes.axis as number
    const indexAxes = indices.shape.map((_, i) => axis + i)
    const others = dy.shape.flatMap((_, i) => (indexAxes.includes(i) ? [] : [i]))
    const front = axis === 0 ? dy : ops.transpose(dy, [...indexAxes, ...others])
    const rest = others.map((i) => dy.shape[i] as number)
    const flat = indices.shape.length === 1 ? indices : ops.reshape(indices, [-1])
    const rows = ops.reshape(front, [flat.shape[0], elementCount(rest)])
    const sums = sumRows(rows, flat, { entries: x.shape[axis] as number, lookups })
    const shaped = ops.reshape(sums, [x.shape[axis], ...rest])
    const order = others.map((_, i) => i + 1)
    return [axis === 0 ? shaped : ops.transpose(shaped, [...order.slice(0, axis), 0, ...order.slice(axis)]), null]
  },
  ScatterND: ({ dy, inputs: [, places] }) => [dy, null, ops.gather(dy, ops.squeeze(places, [1]))],

  ReduceSum: ({ dy, inputs: [x], node }) => [ops.expandLike(withReducedAxes(dy, x, node.attributes.axes), x)],
  ReduceMean: ({ dy, inputs: [x], node }) => {
    const axes = node.attributes.axes as readonly number[]
    const count = elementCount(axes.map((axis) => x.shape[axis]))
    const share =
      typeof count === 'number' ? ops.mul(dy, 1 / count) : ops.mul(dy, ops.div(ops.sizeOf(dy), ops.sizeOf(x)))
    return [ops.expandLike(withReducedAxes(share, x, axes), x)]
  },
  // Each of several equal largest elements gets the gradient.
  ReduceMax: ({ dy, inputs: [x], outputs: [y], node }) => {
    const largest = ops.equal(x, withReducedAxes(y, x, node.attributes.axes))
    return [ops.mul(ops.cast(largest, 'float32'), withReducedAxes(dy, x, node.attributes.axes))]
  },
}

function withReducedAxes(y: Tensor, x: Tensor, axes: unknown): Tensor {
  const shape = x.shape.map((dim, axis): Dim => ((axes as readonly number[]).includes(axis) ? 1 : dim))
  return ops.reshape(y, shape)
}

function zerosLike(x: Tensor): Tensor {
  return ops.expandLike(x.builder.scalar(0), x)
}

/** Rows `[n, width]` summed by their index: `[entries, width]`. */
function sumRows(
  rows: Tensor,
  indices: Tensor,
  { entries, lookups }: { entries: number; lookups: RuleContext['lookups'] },
): Tensor {
  if (lookups === 'one-hot') return ops.gemm(ops.oneHot(indices, entries), rows, null, { transposeA: true })
  const width = rows.shape[1] as number
  const zeros = rows.builder.constant(new Float32Array(entries * width), [entries, width])
  return ops.scatterAddRows(zeros, indices, rows)
}
