export { logSoftmax, relu, selu, sigmoid, softmax, softplus, tanh } from './activations.js'
export { conv, convTranspose } from './convolution.js'
export {
  abs,
  add,
  cast,
  clip,
  div,
  equal,
  exp,
  greater,
  less,
  log,
  max,
  min,
  mul,
  neg,
  pow,
  sign,
  sqrt,
  sub,
  where,
} from './elementwise.js'
export { gather, oneHot, scatterAddRows } from './indexing.js'
export { concat, expandLike, pad, reshape, sizeOf, slice, split, squeeze, transpose, unsqueeze } from './layout.js'
export { gemm, matMul } from './matrix.js'
export { normalize, reduceMax, reduceMean, reduceSum } from './reductions.js'
