import type { Attribute, DataType, GraphNode } from '@sp/onnx-export'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { Tfjs } from './tfjs-backends.js'
import { TFJS_CONVOLUTIONS } from './tfjs-convolutions.js'
import type { OperatorContext, TfjsOperator } from './tfjs-operator.js'

/** Types of tfjs for ours. */
export function tfjsType(type: DataType): 'float32' | 'int32' | 'bool' {
  return type === 'bool' ? 'bool' : type.startsWith('float') ? 'float32' : 'int32'
}

/** The operators that the interpreter knows, by ONNX name. */
export const TFJS_OPERATORS: Readonly<Record<string, TfjsOperator>> = {
  ...TFJS_CONVOLUTIONS,
  Identity: ([x], { tf }) => tf.clone(x),
  Add: ([a, b], { tf }) => tf.add(a, b),
  Sub: ([a, b], { tf }) => tf.sub(a, b),
  Mul: ([a, b], { tf }) => tf.mul(a, b),
  Div: ([a, b], { tf }) => tf.div(a, b),
  Pow: ([a, b], { tf }) => tf.pow(a, b),
  // tfjs forgets to sum the gradient of its own maximum over broadcast axes.
  Max: ([a, b], { tf }) => tf.where(compared(tf, [a, b], tf.less), b, a),
  Min: ([a, b], { tf }) => tf.where(compared(tf, [a, b], tf.greater), b, a),
  Equal: ([a, b], { tf }) => compared(tf, [a, b], tf.equal),
  Greater: ([a, b], { tf }) => compared(tf, [a, b], tf.greater),
  Less: ([a, b], { tf }) => compared(tf, [a, b], tf.less),
  Where: ([condition, a, b], { tf }) => tf.where(condition, a, b),
  Neg: ([x], { tf }) => tf.neg(x),
  Exp: ([x], { tf }) => tf.exp(x),
  Log: ([x], { tf }) => tf.log(x),
  Sqrt: ([x], { tf }) => tf.sqrt(x),
  Abs: ([x], { tf }) => tf.abs(x),
  Sign: ([x], { tf }) => tf.sign(x),
  Clip: ([x], { tf, node }) => tf.clipByValue(x, float(node, 'min'), float(node, 'max')),
  Cast: ([x], { tf, node }) => tf.cast(x, tfjsType(node.attributes.to as DataType)),
  Sigmoid: ([x], { tf }) => tf.sigmoid(x),
  Tanh: ([x], { tf }) => tf.tanh(x),
  Relu: ([x], { tf }) => tf.relu(x),
  Selu: ([x], { tf }) => tf.selu(x),
  Softplus: ([x], { tf }) => tf.softplus(x),
  Softmax: ([x], context) => alongLastAxis(x, context, (last) => context.tf.softmax(last)),
  LogSoftmax: ([x], context) => alongLastAxis(x, context, (last) => context.tf.logSoftmax(last)),

  MatMul: ([a, b], { tf }) => {
    if (b.rank > 2 || a.rank === 2) return tf.matMul(a, b)
    const rows = tf.matMul(tf.reshape(a, [-1, a.shape[a.rank - 1]]), b)
    return tf.reshape(rows, [...a.shape.slice(0, -1), b.shape[1]!])
  },
  Gemm: ([a, b, c], { tf, node: { attributes } }) => {
    const product = tf.matMul(a as Tensor2D, b as Tensor2D, attributes.transA === 1, attributes.transB === 1)
    return c === undefined ? product : tf.add(product, c)
  },

  Reshape: ([x], { tf, node }) => tf.reshape(x, list(node, 'shape')),
  Squeeze: ([x], { tf, node }) =>
    tf.reshape(
      x,
      x.shape.filter((_, axis) => !list(node, 'axes').includes(axis)),
    ),
  Unsqueeze: ([x], { tf, node }) => {
    const shape = [...x.shape]
    for (const axis of [...list(node, 'axes')].sort((a, b) => a - b)) shape.splice(axis, 0, 1)
    return tf.reshape(x, shape)
  },
  Transpose: ([x], { tf, node }) => tf.transpose(x, list(node, 'perm')),
  Concat: (inputs, { tf, node }) => tf.concat([...inputs], node.attributes.axis as number),
  Split: ([x], { tf, node }) =>
    tf.split(x, node.attributes.split ? list(node, 'split') : node.outputs.length, node.attributes.axis as number),
  Slice: ([x], { tf, node }) => {
    const [starts, ends, axes] = [list(node, 'starts'), list(node, 'ends'), list(node, 'axes')]
    const begin = x.shape.map((_, axis) => starts[axes.indexOf(axis)] ?? 0)
    const size = x.shape.map((dim, axis) => (axes.includes(axis) ? ends[axes.indexOf(axis)] : dim) - begin[axis])
    return tf.slice(x, begin, size)
  },
  Pad: ([x], { tf, node }) => {
    const pads = list(node, 'pads')
    return tf.pad(
      x,
      x.shape.map((_, axis) => [pads[axis], pads[axis + x.rank]] as [number, number]),
      float(node, 'value'),
    )
  },
  // The shape is that of a tensor, read without waiting for a graphics processor.
  Shape: ([x], { tf }) => tf.tensor1d(x.shape, 'int32'),
  Size: ([x], { tf }) => tf.scalar(x.size, 'int32'),

  Gather: ([x, indices], { tf, node, supports }) => {
    const axis = node.attributes.axis as number
    if (supports('UnsortedSegmentSum') || axis !== 0 || x.rank !== 2)
      return tf.gather(x, tf.cast(indices, 'int32'), axis)
    const flat = tf.reshape(indices, [-1])
    const rows = tf.matMul(tf.cast(tf.oneHot(flat, x.shape[0]), 'float32') as Tensor2D, x as Tensor2D)
    return tf.reshape(rows, [...indices.shape, x.shape[1]!])
  },

  ReduceSum: ([x], { tf, node }) => tf.sum(x, list(node, 'axes'), node.attributes.keepdims === 1),
  ReduceMean: ([x], { tf, node }) => tf.mean(x, list(node, 'axes'), node.attributes.keepdims === 1),
  ReduceMax: ([x], { tf, node }) => tf.max(x, list(node, 'axes'), node.attributes.keepdims === 1),
}

/** A comparison with the gradient that tfjs gives none: zero. */
function compared(tf: Tfjs, [a, b]: readonly [Tensor, Tensor], comparison: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const flat = tf.customGrad((left, right) => ({
    value: comparison(left as Tensor, right as Tensor),
    gradFunc: () => [tf.zeros(a.shape), tf.zeros(b.shape)],
  }))
  return flat(a, b)
}

function alongLastAxis(x: Tensor, { tf, node }: OperatorContext, operator: (x: Tensor) => Tensor): Tensor {
  const axis = node.attributes.axis as number
  if (axis === x.rank - 1) return operator(x)
  const order = x.shape.map((_, i) => (i === axis ? x.rank - 1 : i === x.rank - 1 ? axis : i))
  return tf.transpose(operator(tf.transpose(x, order)), order)
}

function list({ attributes }: GraphNode, name: string): number[] {
  return [...(attributes[name] as readonly number[])]
}

function float({ attributes }: GraphNode, name: string): number {
  return (attributes[name] as Extract<Attribute, { float: number }>).float
}
