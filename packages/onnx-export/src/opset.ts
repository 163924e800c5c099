import { OnnxExportError } from './errors.js'

/** An attribute of our nodes that ONNX takes as an input from some opset on. */
export interface AttributeInput {
  readonly attribute: string
  readonly position: number
  readonly since: number
  /** Element type of that input. */
  readonly type: 'int64' | 'float32'
}

const AXES: readonly AttributeInput[] = [{ attribute: 'axes', position: 1, since: 13, type: 'int64' }]
const AXES_18: readonly AttributeInput[] = [{ attribute: 'axes', position: 1, since: 18, type: 'int64' }]

/** Per operator, which attributes move to the inputs (the operators' changelog of ONNX). */
export const ATTRIBUTE_INPUTS: Readonly<Record<string, readonly AttributeInput[]>> = {
  Reshape: [{ attribute: 'shape', position: 1, since: 5, type: 'int64' }],
  Slice: [
    { attribute: 'starts', position: 1, since: 10, type: 'int64' },
    { attribute: 'ends', position: 2, since: 10, type: 'int64' },
    { attribute: 'axes', position: 3, since: 10, type: 'int64' },
  ],
  Pad: [
    { attribute: 'pads', position: 1, since: 11, type: 'int64' },
    { attribute: 'value', position: 2, since: 11, type: 'float32' },
  ],
  Clip: [
    { attribute: 'min', position: 1, since: 11, type: 'float32' },
    { attribute: 'max', position: 2, since: 11, type: 'float32' },
  ],
  Split: [{ attribute: 'split', position: 1, since: 13, type: 'int64' }],
  Squeeze: AXES,
  Unsqueeze: AXES,
  ReduceSum: AXES,
  ReduceMean: AXES_18,
  ReduceMax: AXES_18,
}

/** Opset of ONNX written by default: the widest understood that has all our operators (onnxruntime ≥ 1.12). */
export const DEFAULT_OPSET = 17

/**
 * Version of the file format that belongs to an opset (the release table of ONNX).
 * @throws {OnnxExportError} `unsupported-opset` outside 11 to 21
 */
export function irVersionOf(opset: number): number {
  const versions: Readonly<Record<number, number>> = {
    11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10,
  } // prettier-ignore
  const version = versions[opset]
  if (version === undefined) {
    throw new OnnxExportError('unsupported-opset', `opset ${opset}; supported are 11 to 21`)
  }
  return version
}
