import { uniformArray, type Random } from '@sp/engine'
import { ops, type GraphBuilder, type Tensor } from '@sp/onnx-export'

/** Makes parameters of a network with seeded values. */
export interface Weights {
  /** Glorot & Bengio 2010, eq. 16: uniform in ±√(6 / (fan in + fan out)); a kernel `[out, in, kh, kw]`. */
  kernel(name: string, shape: readonly [number, number, number, number]): Tensor
  /** The same for a kernel of that many `taps` as a matrix `[taps · in, out]`. */
  matrix(name: string, shape: readonly [number, number], taps: number): Tensor
  /** All of one value. */
  filled(name: string, shape: readonly number[], value: number): Tensor
  /** Values given by place. */
  given(name: string, values: Float32Array): Tensor
}

/** Parameters in a builder whose values follow from a stream of random numbers, in the order in which they are asked for. */
export function weightsIn(builder: GraphBuilder, random: Random): Weights {
  return {
    kernel(name, shape) {
      const [out, into, height, width] = shape
      const bound = Math.sqrt(6 / ((out + into) * height * width))
      return builder.parameter(name, shape, uniformArray(random, out * into * height * width, bound))
    },
    matrix(name, shape, taps) {
      const [rows, columns] = shape
      const bound = Math.sqrt(6 / (rows + columns * taps))
      return builder.parameter(name, shape, uniformArray(random, rows * columns, bound))
    },
    filled(name, shape, value) {
      const length = shape.reduce((product, dim) => product * dim, 1)
      return builder.parameter(name, shape, new Float32Array(length).fill(value))
    },
    given: (name, values) => builder.parameter(name, [values.length], values),
  }
}

/** "SAME" padding: the result has `⌈size / stride⌉` places; what is odd goes to the end. */
export function samePads(
  [rows, columns]: readonly [number, number],
  kernel: number,
  stride: number,
): readonly [top: number, left: number, bottom: number, right: number] {
  const [height, width] = [rows, columns].map((size) =>
    Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size),
  )
  const [top, left] = [Math.floor(height / 2), Math.floor(width / 2)]
  return [top, left, height - top, width - left]
}

/** A convolution with a square kernel and "SAME" padding. */
export function convolve(
  x: Tensor,
  { weight, bias, stride = 1 }: { readonly weight: Tensor; readonly bias?: Tensor; readonly stride?: number },
): Tensor {
  const [, , rows, columns] = x.shape as readonly number[]
  const pads = samePads([rows, columns], weight.shape[2] as number, stride)
  return ops.conv(x, weight, { bias, strides: [stride, stride], pads })
}

/** A transposed convolution of a square map to `size` rows and columns: the adjoint of {@link convolve} from that size. */
export function deconvolve(
  x: Tensor,
  {
    weight,
    bias,
    stride,
    size,
  }: { readonly weight: Tensor; readonly bias: Tensor; readonly stride: number; readonly size: number },
): Tensor {
  const kernel = weight.shape[2] as number
  const pads = samePads([size, size], kernel, stride)
  const missing = size - (((x.shape[2] as number) - 1) * stride + kernel - pads[0] - pads[2])
  return ops.convTranspose(x, weight, { bias, strides: [stride, stride], pads, outputPadding: [missing, missing] })
}
