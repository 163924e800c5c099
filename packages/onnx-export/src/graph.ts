import type { Shape } from './shape.js'

/** Element types a graph may hold. */
export type DataType = 'float32' | 'float16' | 'float64' | 'int8' | 'uint8' | 'int32' | 'int64' | 'bool'

/** Elements in row-major order: `float16` as its 16 bits, `int64` as `BigInt64Array`, `bool` as 0 and 1. */
export type TensorData = Float32Array | Uint16Array | Float64Array | Int8Array | Uint8Array | Int32Array | BigInt64Array

/** Name, element type and shape of one value of a graph. */
export interface ValueInfo {
  readonly name: string
  readonly type: DataType
  readonly shape: Shape
}

/** A value that stands in the model itself. */
export interface Initializer {
  readonly name: string
  readonly type: DataType
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** Value of an attribute. Numbers are whole unless wrapped: `{ float: 0.5 }`, `{ floats: [1, 2] }`. */
export type Attribute =
  string | number | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] }

/**
 * One application of an operator. What ONNX moves between attributes and inputs from opset to opset (axes, pads, split,
 * starts, a static target shape …) is always an attribute here; the encoder puts it where the opset wants it.
 */
export interface GraphNode {
  readonly op: string
  /** `''` is ONNX itself, `'com.microsoft'` the contributed operators of onnxruntime. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A network as plain data: what is encoded, differentiated, interpreted. Nodes stand in topological order. */
export interface Graph {
  readonly name: string
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly initializers: readonly Initializer[]
  /** Names of the initializers that training changes. */
  readonly parameters: readonly string[]
  readonly nodes: readonly GraphNode[]
  /** Every value by name: inputs, initializers and what nodes give. */
  readonly values: ReadonlyMap<string, ValueInfo>
  /** Free key-value text that travels with the model. */
  readonly metadata: Readonly<Record<string, string>>
}
