import type { GraphNode } from '@sp/onnx-export'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Tfjs } from './tfjs-backends.js'
import type { OperatorContext, TfjsOperator } from './tfjs-operator.js'

type Pair = [number, number]
type Size = [number, number, number, number]

// tfjs wants images [n, h, w, c] and filters [kh, kw, in, out]; ONNX has [n, c, h, w] and [out, in, kh, kw].

/** Convolutions, by ONNX name. */
export const TFJS_CONVOLUTIONS: Readonly<Record<string, TfjsOperator>> = {
  Conv: ([x, weight, bias], context) => {
    const { tf, node } = context
    const [top, left, bottom, right] = list(node, 'pads')
    const borders: Pair[] = [[0, 0], [top, bottom], [left, right], [0, 0]] // prettier-ignore
    const image = tf.pad(tf.transpose(x, [0, 2, 3, 1]), borders) as Tensor4D
    const filter = dilated(tf, tf.transpose(weight, [2, 3, 1, 0]) as Tensor4D, pair(node, 'dilations'))
    const result = convolve(image, filter, context)
    return tf.transpose(bias === undefined ? result : tf.add(result, bias), [0, 3, 1, 2])
  },
  ConvTranspose: ([x, weight, bias], context) => {
    const { tf, node } = context
    const [top, left, bottom, right] = list(node, 'pads')
    const [strides, extra] = [pair(node, 'strides'), pair(node, 'output_padding')]
    const image = tf.transpose(x, [0, 2, 3, 1]) as Tensor4D
    // [kh, kw, out, in]
    const filter = dilated(tf, tf.transpose(weight, [2, 3, 1, 0]) as Tensor4D, pair(node, 'dilations'))
    const [height, width] = [0, 1].map((axis) => (image.shape[axis + 1] - 1) * strides[axis] + filter.shape[axis])
    const size: Size = [image.shape[0], height, width, filter.shape[2]]
    const borders: Pair[] = [[0, 0], [0, extra[0]], [0, extra[1]], [0, 0]] // prettier-ignore
    const full = tf.pad(spread(image, filter, { ...context, size }), borders)
    const cut = [size[0], height + extra[0] - top - bottom, width + extra[1] - left - right, size[3]]
    const result = tf.slice(full, [0, top, left, 0], cut)
    return tf.transpose(bias === undefined ? result : tf.add(result, bias), [0, 3, 1, 2])
  },
}

/** A filter with zeros between its taps: tfjs runs dilated convolutions, but cannot differentiate them. */
function dilated(tf: Tfjs, filter: Tensor4D, [down, across]: Pair): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape
  if (down === 1 && across === 1) return filter
  const rest = inputs * outputs
  const rows = tf.pad(tf.reshape(filter, [height, 1, width * rest]), [[0, 0], [0, down - 1], [0, 0]]) // prettier-ignore
  const taps = tf.reshape(rows, [height * down * width, 1, rest])
  const columns = tf.pad(taps, [[0, 0], [0, across - 1], [0, 0]]) // prettier-ignore
  const spaced = tf.reshape(columns, [height * down, width * across, inputs, outputs]) as Tensor4D
  return tf.slice(spaced, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, inputs, outputs])
}

function convolve(image: Tensor4D, filter: Tensor4D, { tf, node, supports }: OperatorContext): Tensor4D {
  const strides = pair(node, 'strides')
  if (supports('Conv2DBackpropFilter')) return tf.conv2d(image, filter, strides, 'valid')
  return withGradient(tf, [image, filter], {
    value: (x, weight) => tf.conv2d(x, weight, strides, 'valid'),
    gradients: (dy, [x, weight]) => [
      tf.conv2dTranspose(dy, weight, x.shape, strides, 'valid'),
      filterGradient(tf, x, { dy, shape: weight.shape, strides }),
    ],
  })
}

/** The adjoint of `convolve`: each element spreads over its patch of an image of `size`. */
function spread(
  image: Tensor4D,
  filter: Tensor4D,
  { tf, node, supports, size }: OperatorContext & { size: Size },
): Tensor4D {
  const strides = pair(node, 'strides')
  if (supports('Conv2DBackpropFilter')) return tf.conv2dTranspose(image, filter, size, strides, 'valid')
  return withGradient(tf, [image, filter], {
    value: (x, weight) => tf.conv2dTranspose(x, weight, size, strides, 'valid'),
    gradients: (dy, [x, weight]) => [
      tf.conv2d(dy, weight, strides, 'valid'),
      filterGradient(tf, dy, { dy: x, shape: weight.shape, strides }),
    ],
  })
}

/** An operator of two tensors with a gradient of our own. */
function withGradient(
  tf: Tfjs,
  inputs: readonly [Tensor4D, Tensor4D],
  operator: {
    value(a: Tensor4D, b: Tensor4D): Tensor4D
    gradients(dy: Tensor4D, inputs: readonly [Tensor4D, Tensor4D]): [Tensor, Tensor]
  },
): Tensor4D {
  const differentiable = tf.customGrad((...parameters) => {
    const [a, b, save] = parameters as unknown as [Tensor4D, Tensor4D, (tensors: Tensor[]) => void]
    save([a, b])
    return {
      value: operator.value(a, b),
      gradFunc: (dy: Tensor, saved: Tensor[]) => operator.gradients(dy as Tensor4D, saved as [Tensor4D, Tensor4D]),
    }
  })
  return differentiable(...inputs) as Tensor4D
}

/** Gradient of a filter, one matrix product per tap, where the backend has no kernel for it (tfjs issue 8474). */
function filterGradient(
  tf: Tfjs,
  image: Tensor4D,
  { dy, shape, strides }: { dy: Tensor4D; shape: Size; strides: Pair },
): Tensor {
  const [count, rows, columns, out] = dy.shape
  const flat = tf.reshape(dy, [-1, out]) as Tensor2D
  const taps: Tensor[] = []
  for (let row = 0; row < shape[0]; row++) {
    for (let column = 0; column < shape[1]; column++) {
      const end = [count, row + (rows - 1) * strides[0] + 1, column + (columns - 1) * strides[1] + 1, shape[2]]
      const patch = tf.stridedSlice(image, [0, row, column, 0], end, [1, ...strides, 1])
      taps.push(tf.matMul(tf.reshape(patch, [-1, shape[2]]) as Tensor2D, flat, true)) // [in, out]
    }
  }
  return tf.reshape(tf.stack(taps), shape)
}

function list({ attributes }: GraphNode, name: string): number[] {
  return [...(attributes[name] as readonly number[])]
}

function pair(node: GraphNode, name: string): Pair {
  const [first, second] = list(node, name)
  return [first, second]
}
