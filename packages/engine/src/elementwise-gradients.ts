import { ops, sameShape, Tensor } from '@sp/onnx-export'
import { sumTo, type Flow, type GradientRule, type ScaledGradient } from './gradient-rule.js'

const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

/** Rules of operators that work element by element. */
export const ELEMENTWISE_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Identity: ({ dy }) => [dy],
  Add: broadcasting(({ dy }) => [dy, dy]),
  Sub: broadcasting(({ dy, needed }) => [dy, needed[1] ? ops.neg(dy) : null]),
  Mul: broadcasting(({ dy, inputs: [a, b], outputs: [product], needed }) => [
    needed[0] ? scaled({ dy, factor: b, product }, a) : null,
    needed[1] ? scaled({ dy, factor: a, product }, b) : null,
  ]),
  Div: broadcasting(({ dy, inputs: [, b], outputs: [y], needed }) => {
    const da = ops.div(dy, b)
    return [da, needed[1] ? ops.neg(ops.mul(da, y)) : null]
  }),
  Pow: broadcasting(({ dy, inputs: [a, b], outputs: [y], needed }) => [
    needed[0] ? ops.mul(dy, ops.mul(ops.pow(a, ops.sub(b, 1)), b)) : null,
    needed[1] ? ops.mul(dy, ops.mul(y, ops.log(a))) : null,
  ]),
  // Where both are equal the first takes all.
  Max: broadcasting(({ dy, inputs: [a, b] }) => choose(ops.less(a, b), dy).reverse()),
  Min: broadcasting(({ dy, inputs: [a, b] }) => choose(ops.greater(a, b), dy).reverse()),
  Where: broadcasting(({ dy, inputs: [condition] }) => [null, ...choose(condition, dy)]),

  Neg: ({ dy }) => [ops.neg(dy)],
  Exp: ({ dyTimesOutput }) => [dyTimesOutput],
  Log: ({ dy, inputs: [x] }) => [ops.div(dy, x)],
  Sqrt: ({ dy, outputs: [y] }) => [ops.div(ops.mul(dy, 0.5), y)],
  Abs: ({ dy, inputs: [x] }) => [ops.mul(dy, ops.sign(x))],
  Clip: ({ dy, inputs: [x], outputs: [y] }) => [ops.where(ops.equal(x, y), dy, 0)],
  Cast: ({ dy, inputs: [x] }) => [x.type.startsWith('float') ? ops.cast(dy, x.type) : null],

  // dy · y · (1 − y)
  Sigmoid: ({ dyTimesOutput, outputs: [y] }) => [ops.sub(dyTimesOutput, ops.mul(dyTimesOutput, y))],
  // dy · (1 − y²)
  Tanh: ({ dy, dyTimesOutput, outputs: [y] }) => [ops.sub(dy, ops.mul(dyTimesOutput, y))],
  Relu: ({ dy, outputs: [y] }) => [ops.where(ops.greater(y, 0), dy, 0)],
  Selu: ({ dy, inputs: [x], outputs: [y] }) => [
    // Below zero y = scale · alpha · (eˣ − 1), so its slope is y + scale · alpha.
    ops.mul(dy, ops.where(ops.greater(x, 0), x.builder.scalar(SELU_SCALE), ops.add(y, SELU_SCALE * SELU_ALPHA))),
  ],
  Softplus: ({ dy, inputs: [x] }) => [ops.mul(dy, ops.sigmoid(x))],
  Softmax: ({ dyTimesOutput, outputs: [y], node }) => {
    const total = ops.reduceSum(dyTimesOutput, { axes: [node.attributes.axis as number], keepDims: true })
    return [ops.sub(dyTimesOutput, ops.mul(y, total))]
  },
  LogSoftmax: ({ dy, outputs: [y], node }) => {
    const total = ops.reduceSum(dy, { axes: [node.attributes.axis as number], keepDims: true })
    return [ops.sub(dy, ops.mul(ops.exp(y), total))]
  },
}

/** A rule written for equal shapes, with each gradient summed to the shape of its input. */
function broadcasting(rule: (...parameters: Parameters<GradientRule>) => readonly Flow[]): GradientRule {
  return (context) =>
    rule(context).map((flow, i): Flow =>
      flow instanceof Tensor && context.needed[i] ? sumTo(flow, context.inputs[i].shape) : flow,
    )
}

/** The gradient of one factor, unmultiplied where no shape is broadcast. */
function scaled(gradient: ScaledGradient, { shape }: Tensor): Flow {
  const { dy, factor, product } = gradient
  const equal = sameShape(factor.shape, product.shape) && sameShape(shape, product.shape)
  return equal ? gradient : ops.mul(dy, factor)
}

/** The gradient where the condition holds, and the gradient where it does not. */
function choose(condition: Tensor, dy: Tensor): [Tensor, Tensor] {
  return [ops.where(condition, dy, 0), ops.where(condition, dy.builder.scalar(0), dy)]
}
