import { ops, type GraphNode, type Shape, type Tensor } from '@sp/onnx-export'

/**
 * A gradient as `leftᵀ · right` over rows that both share: what a matrix gets from being multiplied. Kept unmultiplied, so
 * that a matrix used at every time step sums its products inside `Gemm`.
 */
export interface MatrixProduct {
  /** `[rows, p]` */
  readonly left: Tensor
  /** `[rows, q]` */
  readonly right: Tensor
}

/**
 * A gradient as `dy · factor`: what `y` gets from `y · factor = product`. Kept unmultiplied, since a rule that asks for the
 * gradient times `y` has it as `dy · product`.
 */
export interface ScaledGradient {
  readonly dy: Tensor
  readonly factor: Tensor
  readonly product: Tensor
}

/** What flows to one input: a gradient, an unmultiplied one, or nothing. */
export type Flow = Tensor | MatrixProduct | ScaledGradient | null

/**
 * How the gradient of a lookup sums rows. `'one-hot'` is a matrix product, right everywhere; `'scatter'` (`ScatterND`)
 * does a hundredth of the work, but onnxruntime 1.30 loses sums when several threads add to one row.
 */
export type LookupGradient = 'one-hot' | 'scatter'

/** One application of an operator, seen from behind. */
export interface RuleContext {
  readonly node: GraphNode
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  /** Gradient of each output; null where the loss does not depend on it. At least one is there. */
  readonly gradients: readonly (Tensor | null)[]
  /** Gradient of the first output, for operators that have one. */
  readonly dy: Tensor
  /** `dy` times the first output, elementwise. */
  readonly dyTimesOutput: Tensor
  /** Whether an input leads to a parameter. */
  readonly needed: readonly boolean[]
  readonly lookups: LookupGradient
}

/** Gradients of the inputs of an operator from those of its outputs (the chain rule). Unneeded ones may be null. */
export type GradientRule = (context: RuleContext) => readonly Flow[]

/** Sums a gradient over the axes along which its value was broadcast. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.shape.length - shape.length
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  )
  if (axes.length === 0) return gradient
  const summed = ops.reduceSum(gradient, { axes, keepDims: extra === 0 })
  return extra === 0 ? summed : ops.reshape(summed, shape)
}
