import { OnnxExportError } from './errors.js'
import { unary } from './elementwise.js'
import type { Tensor } from './graph-builder.js'

/** `1 / (1 + e⁻ˣ)`. */
export function sigmoid(x: Tensor): Tensor {
  return unary('Sigmoid', x)
}

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return unary('Tanh', x)
}

/** `max(x, 0)`. */
export function relu(x: Tensor): Tensor {
  return unary('Relu', x)
}

/** Scaled exponential linear unit with the constants of Klambauer et al. 2017. */
export function selu(x: Tensor): Tensor {
  return unary('Selu', x)
}

/** `log(1 + eˣ)`. */
export function softplus(x: Tensor): Tensor {
  return unary('Softplus', x)
}

/** `eˣ / Σ eˣ` along `axis` (default the last). */
export function softmax(x: Tensor, axis = -1): Tensor {
  return unary('Softmax', x, { axis: axisOf('Softmax', x, axis) })
}

/** Logarithm of `softmax`, computed without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return unary('LogSoftmax', x, { axis: axisOf('LogSoftmax', x, axis) })
}

/**
 * `axis` counted from the front.
 * @throws {OnnxExportError} `bad-shape` when `x` has no such axis
 */
export function axisOf(op: string, x: Tensor, axis: number): number {
  const rank = x.shape.length
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new OnnxExportError(
      'bad-shape',
      `${op}: axis ${axis} of a tensor with ${rank} axes; expected ${-rank} to ${rank - 1}`,
    )
  }
  return axis < 0 ? axis + rank : axis
}
