import { OnnxExportError } from './errors.js'
import type { Tensor } from './graph-builder.js'
import { shapeText, type Dim } from './shape.js'

/** Settings of a convolution over height and width. */
export interface ConvolutionOptions {
  /** Added bias `[out]`. */
  readonly bias?: Tensor
  /** Step per axis; default 1, 1. */
  readonly strides?: readonly [number, number]
  /** Distance between taps per axis; default 1, 1. */
  readonly dilations?: readonly [number, number]
  /** Zeros added at top, left, bottom, right; default none. */
  readonly pads?: readonly [number, number, number, number]
}

/** Settings of a transposed convolution. */
export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Rows and columns added at the bottom and the right of the result; default 0, 0. */
  readonly outputPadding?: readonly [number, number]
}

/** Convolution of `x` `[n, in, h, w]` with `weight` `[out, in, kh, kw]`. */
export function conv(
  x: Tensor,
  weight: Tensor,
  { bias, strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0] }: ConvolutionOptions = {},
): Tensor {
  if (x.shape.length !== 4 || weight.shape.length !== 4 || x.shape[1] !== weight.shape[1]) {
    throw new OnnxExportError(
      'bad-shape',
      `Conv: ${shapeText(x.shape)} with ${shapeText(weight.shape)}; expected [n, in, h, w] and [out, in, kh, kw]`,
    )
  }
  requireBias('Conv', bias, weight.shape[0])
  const [height, width] = [0, 1].map((axis) => {
    const span = (fixed('Conv', weight, axis + 2) - 1) * dilations[axis] + 1
    return Math.floor((fixed('Conv', x, axis + 2) + pads[axis] + pads[axis + 2] - span) / strides[axis]) + 1
  })
  if (height < 1 || width < 1) {
    throw new OnnxExportError(
      'bad-shape',
      `Conv: ${shapeText(weight.shape)} is larger than ${shapeText(x.shape)} with pads ${pads.join(', ')}`,
    )
  }
  const shape: Dim[] = [x.shape[0], weight.shape[0], height, width]
  return x.builder.node('Conv', bias ? [x, weight, bias] : [x, weight], [{ type: x.type, shape }], {
    attributes: { strides, dilations, pads },
  })[0]
}

/** Transposed convolution of `x` `[n, in, h, w]` with `weight` `[in, out, kh, kw]`: the adjoint of `conv`. */
export function convTranspose(
  x: Tensor,
  weight: Tensor,
  {
    bias,
    strides = [1, 1],
    dilations = [1, 1],
    pads = [0, 0, 0, 0],
    outputPadding = [0, 0],
  }: TransposedConvolutionOptions = {},
): Tensor {
  if (x.shape.length !== 4 || weight.shape.length !== 4 || x.shape[1] !== weight.shape[0]) {
    throw new OnnxExportError(
      'bad-shape',
      `ConvTranspose: ${shapeText(x.shape)} with ${shapeText(weight.shape)}; expected [n, in, h, w] and [in, out, kh, kw]`,
    )
  }
  requireBias('ConvTranspose', bias, weight.shape[1])
  const [height, width] = [0, 1].map((axis) => {
    const steps = (fixed('ConvTranspose', x, axis + 2) - 1) * strides[axis]
    const span = (fixed('ConvTranspose', weight, axis + 2) - 1) * dilations[axis] + 1
    return steps + span + outputPadding[axis] - pads[axis] - pads[axis + 2]
  })
  if (height < 1 || width < 1) {
    throw new OnnxExportError(
      'bad-shape',
      `ConvTranspose: pads ${pads.join(', ')} leave nothing of ${shapeText(x.shape)} with ${shapeText(weight.shape)}`,
    )
  }
  const shape: Dim[] = [x.shape[0], weight.shape[1], height, width]
  return x.builder.node('ConvTranspose', bias ? [x, weight, bias] : [x, weight], [{ type: x.type, shape }], {
    attributes: { strides, dilations, pads, output_padding: outputPadding },
  })[0]
}

function requireBias(op: string, bias: Tensor | undefined, channels: Dim): void {
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new OnnxExportError('bad-shape', `${op}: bias ${shapeText(bias.shape)}, expected [${channels}]`)
  }
}

function fixed(op: string, x: Tensor, axis: number): number {
  const size = x.shape[axis]
  if (typeof size !== 'number') {
    throw new OnnxExportError(
      'bad-shape',
      `${op}: axis ${axis} of ${shapeText(x.shape)} ("${x.name}") has no fixed size`,
    )
  }
  return size
}
