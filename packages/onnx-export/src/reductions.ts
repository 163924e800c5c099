import { axisOf } from './activations.js'
import { div, mul, sqrt, sub, add } from './elementwise.js'
import type { Tensor } from './graph-builder.js'

/** Which axes a reduction takes (default: all) and whether they stay with size 1. */
export interface ReduceOptions {
  readonly axes?: readonly number[]
  readonly keepDims?: boolean
}

/** Sum over axes. */
export function reduceSum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce('ReduceSum', x, options)
}

/** Mean over axes. */
export function reduceMean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce('ReduceMean', x, options)
}

/** Largest element over axes. */
export function reduceMax(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce('ReduceMax', x, options)
}

/**
 * `(x − mean) / √(variance + epsilon) · scale + offset`, mean and variance over `axes`: layer normalisation over the last
 * axis (Ba et al. 2016), batch normalisation with the statistics of the batch over the others (Ioffe & Szegedy 2015).
 * `scale` and `offset` broadcast to `x`.
 */
export function normalize(
  x: Tensor,
  {
    scale,
    offset,
    axes = [-1],
    epsilon = 1e-5,
  }: { scale: Tensor; offset: Tensor; axes?: readonly number[]; epsilon?: number },
): Tensor {
  const centred = sub(x, reduceMean(x, { axes, keepDims: true }))
  const variance = reduceMean(mul(centred, centred), { axes, keepDims: true })
  return add(mul(div(centred, sqrt(add(variance, epsilon))), scale), offset)
}

function reduce(op: string, x: Tensor, { axes = x.shape.map((_, i) => i), keepDims = false }: ReduceOptions): Tensor {
  const at = axes.map((axis) => axisOf(op, x, axis)).sort((a, b) => a - b)
  const shape = keepDims
    ? x.shape.map((dim, axis) => (at.includes(axis) ? 1 : dim))
    : x.shape.filter((_, axis) => !at.includes(axis))
  return x.builder.node(op, [x], [{ type: x.type, shape }], { attributes: { axes: at, keepdims: Number(keepDims) } })[0]
}
