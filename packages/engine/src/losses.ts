import { ops, type Tensor } from '@sp/onnx-export'

/** Cross entropy per example, `[batch]`: −log of the softmax of `logits` `[batch, classes]` at `targets` `[batch]`. */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const chosen = ops.mul(ops.logSoftmax(logits), ops.oneHot(targets, logits.shape[1] as number))
  return ops.neg(ops.reduceSum(chosen, { axes: [1] }))
}

/** Mean squared error per example, `[batch]`, over all other axes. */
export function squaredError(given: Tensor, expected: Tensor): Tensor {
  const difference = ops.sub(given, expected)
  const axes = given.shape.map((_, axis) => axis).slice(1)
  return ops.reduceMean(ops.mul(difference, difference), { axes })
}
