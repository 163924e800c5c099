import { ops, type Tensor } from '@sp/onnx-export'
import { sumTo, type Flow, type GradientRule } from './gradient-rule.js'

/** Rules of matrix products. */
export const MATRIX_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  MatMul: ({ dy, inputs: [a, b], needed }) => {
    if (b.shape.length === 2) {
      const rows = needed[1] ? { left: asRows(a), right: asRows(dy) } : null
      return [needed[0] ? ops.matMul(dy, ops.transpose(b, [1, 0])) : null, rows]
    }
    return [
      needed[0] ? sumTo(ops.matMul(dy, swapLast(b)), a.shape) : null,
      needed[1] ? sumTo(ops.matMul(swapLast(a), dy), b.shape) : null,
    ]
  },
  Gemm: ({ dy, inputs: [a, b, c], node, needed }) => {
    const transposeA = node.attributes.transA === 1
    const transposeB = node.attributes.transB === 1
    const flows: Flow[] = [null, null]
    if (needed[0]) {
      flows[0] = transposeA
        ? ops.gemm(b, dy, null, { transposeA: transposeB, transposeB: true })
        : ops.gemm(dy, b, null, { transposeB: !transposeB })
    }
    if (needed[1]) {
      const rows = transposeA ? ops.transpose(a, [1, 0]) : a
      flows[1] = transposeB ? { left: dy, right: rows } : { left: rows, right: dy }
    }
    if (c !== undefined) flows.push(needed[2] ? sumTo(dy, c.shape) : null)
    return flows
  },
}

function asRows(x: Tensor): Tensor {
  return x.shape.length === 2 ? x : ops.reshape(x, [-1, x.shape.at(-1)!])
}

function swapLast(x: Tensor): Tensor {
  const order = x.shape.map((_, axis) => axis)
  return ops.transpose(x, [...order.slice(0, -2), order.length - 1, order.length - 2])
}
