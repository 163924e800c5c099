import { ops, type GraphNode, type Tensor } from '@sp/onnx-export'
import type { GradientRule } from './gradient-rule.js'

type Pair = readonly [number, number]

interface Geometry {
  readonly strides: Pair
  readonly dilations: Pair
  readonly pads: readonly [number, number, number, number]
}

/** Rules of convolutions. A convolution and its transpose are each the other's gradient (Dumoulin & Visin 2016, §4). */
export const CONVOLUTION_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Conv: ({ dy, inputs: [x, weight, bias], node, needed }) => {
    const geometry = geometryOf(node)
    return [
      needed[0]
        ? ops.convTranspose(dy, weight, { ...geometry, outputPadding: missing(x, dy, weight, geometry) })
        : null,
      needed[1] ? weightGradient(x, dy, weight, geometry) : null,
      bias && needed[2] ? ops.reduceSum(dy, { axes: [0, 2, 3] }) : null,
    ]
  },
  ConvTranspose: ({ dy, inputs: [x, weight, bias], node, needed }) => {
    const geometry = geometryOf(node)
    return [
      needed[0] ? ops.conv(dy, weight, geometry) : null,
      needed[1] ? weightGradient(dy, x, weight, geometry) : null,
      bias && needed[2] ? ops.reduceSum(dy, { axes: [0, 2, 3] }) : null,
    ]
  },
}

/**
 * Gradient of the weight `[out, in, kh, kw]` of a convolution from `x` `[n, in, h, w]` and the gradient `dy`
 * `[n, out, …]` of its result: itself a convolution, with channels and examples exchanged, strides and dilations too.
 */
function weightGradient(x: Tensor, dy: Tensor, weight: Tensor, { strides, dilations, pads }: Geometry): Tensor {
  const images = ops.transpose(x, [1, 0, 2, 3]) // [in, n, h, w]
  const taps = ops.transpose(dy, [1, 0, 2, 3]) // [out, n, …]
  const all = ops.conv(images, taps, { strides: dilations, dilations: strides, pads }) // [in, out, ≥ kh, ≥ kw]
  const [, , height, width] = weight.shape as readonly number[]
  const exact = all.shape[2] === height && all.shape[3] === width
  const kernel = exact ? all : ops.slice(all, { axes: [2, 3], starts: [0, 0], ends: [height, width] })
  return ops.transpose(kernel, [1, 0, 2, 3])
}

/** Rows and columns of `x` at the end that no step of the kernel reached. */
function missing(x: Tensor, dy: Tensor, weight: Tensor, { strides, dilations, pads }: Geometry): Pair {
  const [rows, columns] = [0, 1].map((axis) => {
    const [size, steps, taps] = [x, dy, weight].map((tensor) => tensor.shape[axis + 2] as number)
    return size + pads[axis] + pads[axis + 2] - ((steps - 1) * strides[axis] + (taps - 1) * dilations[axis] + 1)
  })
  return [rows, columns]
}

function geometryOf({ attributes }: GraphNode): Geometry {
  const { strides, dilations, pads } = attributes as unknown as Geometry
  return { strides, dilations, pads }
}
