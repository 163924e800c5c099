import { OnnxExportError } from './errors.js'
import type { DataType, TensorData } from './graph.js'

/** Number of each element type in `TensorProto.DataType`. */
const CODES: Readonly<Record<DataType, number>> = {
  float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11,
} // prettier-ignore

const ARRAYS = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  float64: Float64Array,
} as const satisfies Record<DataType, unknown>

/** Number of an element type in the file. */
export function codeOf(type: DataType): number {
  return CODES[type]
}

/**
 * Element type of a number in the file.
 * @throws {OnnxExportError} `bad-model` for an element type that no operator here has
 */
export function typeOfCode(code: number): DataType {
  for (const [type, known] of Object.entries(CODES)) if (known === code) return type as DataType
  throw new OnnxExportError('bad-model', `element type ${code} of ONNX is not one of ${Object.keys(CODES).join(', ')}`)
}

/** Elements as little-endian bytes, without a copy. */
export function rawBytes(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Elements from little-endian bytes, copied (the bytes may stand at any offset). */
export function elementsOf(type: DataType, bytes: Uint8Array): TensorData {
  // A Buffer of Node.js would be sliced without a copy.
  return new ARRAYS[type](new Uint8Array(bytes).buffer)
}
