import { axisOf } from './activations.js'
import { requireSameType } from './elementwise.js'
import { OnnxExportError } from './errors.js'
import type { Attribute } from './graph.js'
import type { Tensor } from './graph-builder.js'
import { elementCount, quotient, shapeText, sum, type Dim, type Shape } from './shape.js'

/** The same elements in another shape. One entry may be −1: what is left over. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const total = elementCount(x.shape)
  const known = elementCount(shape.filter((dim) => dim !== -1))
  const rest = quotient(total, known)
  const holes = shape.filter((dim) => dim === -1).length
  if (holes > 1 || rest === null || (holes === 0 && rest !== 1)) {
    throw new OnnxExportError(
      'bad-shape',
      `Reshape: ${shapeText(x.shape)} ("${x.name}") has ${total} elements and does not fit ${shapeText(shape)}`,
    )
  }
  const result = shape.map((dim) => (dim === -1 ? rest : dim))
  // At most one symbolic dimension: it is what is left over at run time.
  const target = result.map((dim) => (typeof dim === 'number' ? dim : -1))
  return x.builder.node('Reshape', [x], [{ type: x.type, shape: result }], { attributes: { shape: target } })[0]
}

/** Axes in another order: axis `i` of the result is axis `order[i]` of `x`. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  if (
    order.length !== x.shape.length ||
    new Set(order).size !== order.length ||
    order.some((axis) => !(axis in x.shape))
  ) {
    throw new OnnxExportError(
      'bad-shape',
      `Transpose: order [${order.join(', ')}] of ${shapeText(x.shape)} ("${x.name}")`,
    )
  }
  const shape = order.map((axis) => x.shape[axis])
  return x.builder.node('Transpose', [x], [{ type: x.type, shape }], { attributes: { perm: order } })[0]
}

/** Tensors one after another along `axis`; all other axes are equal. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors
  if (tensors.length === 1) return first
  const at = axisOf('Concat', first, axis)
  for (const tensor of tensors) {
    requireSameType('Concat', first, tensor)
    if (
      tensor.shape.length !== first.shape.length ||
      tensor.shape.some((dim, i) => i !== at && dim !== first.shape[i])
    ) {
      throw new OnnxExportError(
        'bad-shape',
        `Concat along axis ${at}: ${shapeText(first.shape)} ("${first.name}") and ${shapeText(tensor.shape)} ("${tensor.name}")`,
      )
    }
  }
  const length = sum(tensors.map((tensor) => tensor.shape[at]))
  if (length === null) {
    throw new OnnxExportError(
      'bad-shape',
      `Concat along axis ${at}: sizes ${tensors.map((tensor) => tensor.shape[at]).join(', ')} have no common name`,
    )
  }
  const shape = first.shape.map((dim, i) => (i === at ? length : dim))
  return first.builder.node('Concat', [...tensors], [{ type: first.type, shape }], { attributes: { axis: at } })[0]
}

/** `x` cut along `axis` into parts of the given sizes, or into `sizes` equal parts when that is a number. */
export function split(x: Tensor, sizes: readonly number[] | number, axis: number): Tensor[] {
  const at = axisOf('Split', x, axis)
  const part = typeof sizes === 'number' ? quotient(x.shape[at], sizes) : null
  const parts: readonly Dim[] = typeof sizes === 'number' ? Array.from({ length: sizes }, () => part ?? -1) : sizes
  if (part === null && (typeof sizes === 'number' || sum(sizes) !== x.shape[at])) {
    throw new OnnxExportError(
      'bad-shape',
      `Split: axis ${at} of ${shapeText(x.shape)} ("${x.name}") into ${typeof sizes === 'number' ? `${sizes} equal parts` : sizes.join(' + ')}`,
    )
  }
  const outputs = parts.map((size) => ({ type: x.type, shape: x.shape.map((dim, i) => (i === at ? size : dim)) }))
  const attributes: Record<string, Attribute> = typeof sizes === 'number' ? { axis: at } : { axis: at, split: sizes }
  return x.builder.node('Split', [x], outputs, { attributes })
}

/** Part of a tensor: along each of `axes` from `starts` (inclusive) to `ends` (exclusive); negative counts from the end. */
export function slice(
  x: Tensor,
  { axes, starts, ends }: { axes: readonly number[]; starts: readonly number[]; ends: readonly number[] },
): Tensor {
  const at = axes.map((axis) => axisOf('Slice', x, axis))
  const shape = [...x.shape]
  const from: number[] = []
  const to: number[] = []
  for (const [i, axis] of at.entries()) {
    const size = x.shape[axis]
    if (typeof size !== 'number') {
      throw new OnnxExportError(
        'bad-shape',
        `Slice: axis ${axis} of ${shapeText(x.shape)} ("${x.name}") has no fixed size`,
      )
    }
    from.push(Math.min(starts[i] < 0 ? starts[i] + size : starts[i], size))
    to.push(Math.min(ends[i] < 0 ? ends[i] + size : ends[i], size))
    if (from[i] < 0 || to[i] <= from[i]) {
      throw new OnnxExportError(
        'bad-shape',
        `Slice: ${starts[i]} to ${ends[i]} of axis ${axis} of ${shapeText(x.shape)} ("${x.name}") is empty`,
      )
    }
    shape[axis] = to[i] - from[i]
  }
  return x.builder.node('Slice', [x], [{ type: x.type, shape }], {
    attributes: { starts: from, ends: to, axes: at },
  })[0]
}

/** `x` with `before[i]` and `after[i]` elements of `value` added at both ends of axis `i`. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  if (before.length !== x.shape.length || after.length !== x.shape.length || [...before, ...after].some((n) => n < 0)) {
    throw new OnnxExportError(
      'bad-shape',
      `Pad: [${before.join(', ')}] and [${after.join(', ')}] for ${shapeText(x.shape)} ("${x.name}"); expected one number ≥ 0 per axis`,
    )
  }
  const shape = x.shape.map((dim, axis) => {
    const added = before[axis] + after[axis]
    if (typeof dim !== 'number' && added > 0) {
      throw new OnnxExportError(
        'bad-shape',
        `Pad: axis ${axis} of ${shapeText(x.shape)} ("${x.name}") has no fixed size`,
      )
    }
    return typeof dim === 'number' ? dim + added : dim
  })
  return x.builder.node('Pad', [x], [{ type: x.type, shape }], {
    attributes: { mode: 'constant', pads: [...before, ...after], value: { float: Math.fround(value) } },
  })[0]
}

/** `x` with an axis of size 1 put in at each of `axes` (of the result). */
export function unsqueeze(x: Tensor, axes: readonly number[]): Tensor {
  const shape: Dim[] = [...x.shape]
  for (const axis of [...axes].sort((a, b) => a - b)) shape.splice(axis, 0, 1)
  return x.builder.node('Unsqueeze', [x], [{ type: x.type, shape }], { attributes: { axes } })[0]
}

/** `x` without `axes`, all of size 1. */
export function squeeze(x: Tensor, axes: readonly number[]): Tensor {
  const at = axes.map((axis) => axisOf('Squeeze', x, axis))
  if (at.some((axis) => x.shape[axis] !== 1)) {
    throw new OnnxExportError(
      'bad-shape',
      `Squeeze: axes [${at.join(', ')}] of ${shapeText(x.shape)} ("${x.name}") are not all of size 1`,
    )
  }
  const shape = x.shape.filter((_, axis) => !at.includes(axis))
  return x.builder.node('Squeeze', [x], [{ type: x.type, shape }], { attributes: { axes: at } })[0]
}

/** `x` broadcast to the shape of `like`. */
export function expandLike(x: Tensor, like: Tensor): Tensor {
  return x.builder.node('Expand', [x, shapeOf(like)], [{ type: x.type, shape: like.shape }])[0]
}

/** Number of elements of `x` as float32 scalar, known at run time. */
export function sizeOf(x: Tensor): Tensor {
  const [size] = x.builder.node('Size', [x], [{ type: 'int64', shape: [] }])
  return x.builder.node('Cast', [size], [{ type: 'float32', shape: [] }], { attributes: { to: 'float32' } })[0]
}

function shapeOf(x: Tensor): Tensor {
  return x.builder.node('Shape', [x], [{ type: 'int64', shape: [x.shape.length] }])[0]
}
