import { seededRandom } from '@sp/engine'
import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { convolve, weightsIn, type Weights } from './convolution-block.js'

// B = examples, W = windows an example, T = series, filled up with zeros to a multiple of 4.

/** Size of the network over window counts. */
export interface CountsSize {
  /** W, a multiple of 4; 20 in the reference system. */
  readonly windows: number
  /** T, a multiple of 4. */
  readonly series: number
  /** Channels of the three levels; 32, 64, 128 in the reference system. */
  readonly widths: readonly [number, number, number]
  readonly seed: number
}

/** Names of what goes into the network and comes out of it. */
export const COUNTS_VALUES = {
  /** `[B, 1, W, T]` standardised counts. */
  counts: 'input_features',
  /** `[B, 1, W, T]` */
  rebuilt: 'reconstructed',
} as const

const KERNELS = [3, 5, 7] as const

/**
 * The compact autoencoder of the reference system: three blocks of convolutions with kernels 3, 5 and 7 side by side, each
 * followed by a spatial attention, halved twice; a decoder of two transposed convolutions. Without batch normalisation,
 * in which a strange example would change the scores of the others in its batch.
 */
export function countsNetwork({ windows, series, widths, seed }: CountsSize): Graph {
  const builder = GraphBuilder.create('MSCRED over window counts')
  const weights = weightsIn(builder, seededRandom(seed))
  const counts = builder.input(COUNTS_VALUES.counts, ['batch', 1, windows, series])
  let map = counts
  widths.forEach((width, l) => {
    map = attended(multiScale(l === 0 ? map : halved(map), weights, { l, width }), weights, l)
  })
  for (const [l, width] of [widths[1], widths[0]].entries()) {
    const weight = weights.kernel(`decoder${l}.weight`, [map.shape[1] as number, width, 4, 4])
    map = ops.relu(raised(map, weight, weights.filled(`decoder${l}.bias`, [width], 0)))
  }
  const weight = weights.kernel('output.weight', [1, widths[0], 3, 3])
  const rebuilt = convolve(map, { weight, bias: weights.filled('output.bias', [1], 0) })
  builder.output(COUNTS_VALUES.rebuilt, rebuilt)
  const difference = ops.sub(rebuilt, counts)
  builder.output('loss', ops.reduceMean(ops.mul(difference, difference), { axes: [1, 2, 3] }))
  return builder.build()
}

/** Convolutions of three sizes, their maps side by side; the smallest has what is left over. */
function multiScale(x: Tensor, weights: Weights, { l, width }: { readonly l: number; readonly width: number }): Tensor {
  const share = Math.floor(width / KERNELS.length)
  const maps = KERNELS.map((kernel, k) => {
    const out = k === 0 ? width - share * (KERNELS.length - 1) : share
    const weight = weights.kernel(`block${l}.kernel${kernel}.weight`, [out, x.shape[1] as number, kernel, kernel])
    return convolve(x, { weight, bias: weights.filled(`block${l}.kernel${kernel}.bias`, [out], 0) })
  })
  return ops.relu(ops.concat(maps, 1))
}

/** Each place weighted by how much it matters, 0..1. */
function attended(x: Tensor, weights: Weights, l: number): Tensor {
  const weight = weights.kernel(`attention${l}.weight`, [1, x.shape[1] as number, 1, 1])
  return ops.mul(x, ops.sigmoid(convolve(x, { weight, bias: weights.filled(`attention${l}.bias`, [1], 0) })))
}

/** The largest of each two by two places. */
function halved(x: Tensor): Tensor {
  const [batch, width, rows, columns] = x.shape as readonly [string, number, number, number]
  const pairs = ops.reshape(x, [batch, width, rows / 2, 2, columns / 2, 2])
  return ops.reduceMax(pairs, { axes: [3, 5] })
}

/** A transposed convolution to twice the rows and columns. */
function raised(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return ops.convTranspose(x, weight, { bias, strides: [2, 2], pads: [1, 1, 1, 1] })
}
