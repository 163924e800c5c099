import * as ops from './operators.js'

export { GraphBuilder, Tensor, type NodeOptions } from './graph-builder.js'
/** Operators: functions over tensors of a `GraphBuilder` that check types and shapes when called. */
export { ops }
export type { Attribute, DataType, Graph, GraphNode, Initializer, TensorData, ValueInfo } from './graph.js'
export { elementCount, sameShape, type Dim, type Shape } from './shape.js'
export { encodeModel, type EncodeOptions } from './encode-model.js'
export { compressWeights, type WeightFormat } from './compress-weights.js'
export { quantizeProducts } from './quantize-products.js'
export { decodeModel } from './decode-model.js'
export { checkGraph } from './check-graph.js'
export {
  parityReport,
  type NamedValues,
  type OutputParity,
  type ParityReport,
  type RunnableModel,
} from './parity-report.js'
export { OnnxExportError } from './errors.js'
