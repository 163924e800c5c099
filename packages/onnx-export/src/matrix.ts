import { OnnxExportError } from './errors.js'
import { requireSameType } from './elementwise.js'
import type { Tensor } from './graph-builder.js'
import { broadcast, shapeText, type Shape } from './shape.js'

/** Settings of `gemm`. */
export interface GemmOptions {
  /** Take `a` as `[k, m]`. */
  readonly transposeA?: boolean
  /** Take `b` as `[n, k]`. */
  readonly transposeB?: boolean
}

/** Matrix product `[…, m, k] · […, k, n]`; outer axes broadcast. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  requireSameType('MatMul', a, b)
  const outer = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2) || outer === null) {
    throw new OnnxExportError(
      'bad-shape',
      `MatMul: ${shapeText(a.shape)} ("${a.name}") times ${shapeText(b.shape)} ("${b.name}"); ` +
        'the last axis of the first must equal the one before the last of the second',
    )
  }
  const shape = [...outer, a.shape.at(-2)!, b.shape.at(-1)!]
  return a.builder.node('MatMul', [a, b], [{ type: a.type, shape }])[0]
}

/** `a · b + c` for matrices; `c` broadcasts to the product, null leaves it out. */
export function gemm(
  a: Tensor,
  b: Tensor,
  c: Tensor | null = null,
  { transposeA = false, transposeB = false }: GemmOptions = {},
): Tensor {
  requireSameType('Gemm', a, b)
  const [m, k] = transposed(a.shape, transposeA)
  const [inner, n] = transposed(b.shape, transposeB)
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== inner) {
    throw new OnnxExportError(
      'bad-shape',
      `Gemm: ${shapeText(a.shape)}${transposeA ? 'ᵀ' : ''} ("${a.name}") times ` +
        `${shapeText(b.shape)}${transposeB ? 'ᵀ' : ''} ("${b.name}"); expected [m, k] and [k, n]`,
    )
  }
  const result = broadcast([m, n], c?.shape ?? [])
  if (c !== null && (c.shape.length > 2 || result?.[0] !== m || result[1] !== n)) {
    throw new OnnxExportError(
      'bad-shape',
      `Gemm: ${shapeText(c.shape)} ("${c.name}") does not broadcast to ${shapeText([m, n])}`,
    )
  }
  return a.builder.node('Gemm', c === null ? [a, b] : [a, b, c], [{ type: a.type, shape: [m, n] }], {
    attributes: { transA: Number(transposeA), transB: Number(transposeB) },
  })[0]
}

function transposed(shape: Shape, swap: boolean): Shape {
  return swap ? [shape[1], shape[0]] : shape
}
