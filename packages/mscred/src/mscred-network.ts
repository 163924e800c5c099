import { seededRandom } from '@sp/engine'
import { GraphBuilder, ops, type Graph, type Tensor } from '@sp/onnx-export'
import { convolve, deconvolve, weightsIn, type Weights } from './convolution-block.js'

// C = frames judged in one run (a chunk), h = steps read for each, S = scales, N = series, L = levels of the encoder.
// Consecutive frames share what the encoder makes of them: a run reads C + h − 1 frames, once each.

/** Size of the network, and what it is to say. */
export interface MscredSize {
  /** `published`: frame t from t − h + 1 … t (Zhang et al. 2019). `predictive`: frame t from t − h … t − 1. */
  readonly mode: 'published' | 'predictive'
  /** N */
  readonly series: number
  /** S */
  readonly scales: number
  /** h */
  readonly steps: number
  /** Channels of the four levels; published: 32, 64, 128, 256. */
  readonly widths: readonly [number, number, number, number]
  readonly seed: number
}

/** Names of what goes into the network and comes out of it. */
export const MSCRED_VALUES = {
  /** `[C + h − 1, S, N, N]` signature matrices of consecutive frames. */
  frames: 'signature_matrices',
  /** `[C, S, N, N]` what the network expects. */
  expected: 'expected_matrices',
  /** `[C, S, N, N]` what was there, for training. */
  targets: 'target_matrices',
} as const

/** Kernels and strides of the encoder (Zhang et al. 2019, §3.2 and table of their code); the decoder mirrors them. */
const LEVELS = [
  { kernel: 3, stride: 1 },
  { kernel: 3, stride: 2 },
  { kernel: 2, stride: 2 },
  { kernel: 2, stride: 2 },
] as const
/** Of the ConvLSTM: 2 in the published code. */
const RECURRENT_KERNEL = 2
/** χ of the attention (eq. 5). */
const RESCALE = 5

/**
 * MSCRED (Zhang et al. 2019, fig. 2) with seeded weights: a convolutional encoder of four levels, a ConvLSTM over h steps
 * at each, attention over the steps (`published` only), and a decoder that takes up each level by concatenation.
 * @param chunk C, frames judged in one run
 */
export function mscredNetwork(size: MscredSize, chunk: number): Graph {
  const { mode, series, scales, steps, widths, seed } = size
  const builder = GraphBuilder.create(`MSCRED, ${mode}`)
  const weights = weightsIn(builder, seededRandom(seed))
  const frames = builder.input(MSCRED_VALUES.frames, [chunk + steps - 1, scales, series, series])
  const states: Tensor[] = []
  let level = frames
  widths.forEach((width, l) => {
    level = encode(level, weights, { l, width, into: l === 0 ? scales : widths[l - 1] })
    const hidden = convLstmOverChunk(level, weights, { name: `lstm${l}`, width, chunk, steps })
    const state = mode === 'published' ? attention(hidden) : hidden[steps - 1]
    states.push(ops.transpose(state, [0, 3, 1, 2]))
  })
  const expected = decode(states, weights, size)
  builder.output(MSCRED_VALUES.expected, expected)
  const targets = builder.input(MSCRED_VALUES.targets, [chunk, scales, series, series])
  const difference = ops.sub(expected, targets)
  builder.output('loss', ops.reduceMean(ops.mul(difference, difference), { axes: [1, 2, 3] }))
  return builder.build()
}

function encode(
  x: Tensor,
  weights: Weights,
  { l, width, into }: { readonly l: number; readonly width: number; readonly into: number },
): Tensor {
  const { kernel, stride } = LEVELS[l]
  const weight = weights.kernel(`encoder${l}.weight`, [width, into, kernel, kernel])
  return ops.selu(convolve(x, { weight, bias: weights.filled(`encoder${l}.bias`, [width], 0), stride }))
}

/**
 * Hidden states `[C, n, n, width]`, channels last, of all h steps for each frame of the chunk (Shi et al. 2015, without
 * peepholes, as in the published code; forget bias 1). What the gates take from the input is computed once a frame. A
 * convolution is a product of neighbourhoods with a matrix here: the deep levels have 16 places of 256 channels, and the
 * products of all frames at once are twice as fast in training as convolutions of each.
 */
function convLstmOverChunk(
  inputs: Tensor,
  weights: Weights,
  { name, width, chunk, steps }: { readonly name: string; width: number; chunk: number; steps: number },
): Tensor[] {
  const size = inputs.shape[2] as number
  const fan = RECURRENT_KERNEL ** 2 * width
  const gateBias = new Float32Array(4 * width).fill(1, width, 2 * width) // gates i, f, g, o
  const fromInput = ops.gemm(
    neighbourhoods(ops.transpose(inputs, [0, 2, 3, 1])),
    weights.matrix(`${name}.input`, [fan, 4 * width], RECURRENT_KERNEL ** 2),
    weights.given(`${name}.bias`, gateBias),
  ) // [(C + h − 1) · n², 4 · width]
  const recurrent = weights.matrix(`${name}.recurrent`, [fan, 4 * width], RECURRENT_KERNEL ** 2)
  const places = size * size
  const states: Tensor[] = []
  let cell: Tensor | null = null
  for (let step = 0; step < steps; step++) {
    const own = ops.slice(fromInput, { axes: [0], starts: [step * places], ends: [(step + chunk) * places] })
    const hidden = states.at(-1)
    const active: Tensor = hidden === undefined ? own : ops.gemm(neighbourhoods(hidden), recurrent, own)
    const [i, f, g, o] = ops.split(active, 4, 1)
    const added = ops.mul(ops.sigmoid(i), ops.tanh(g))
    cell = cell === null ? added : ops.add(ops.mul(ops.sigmoid(f), cell), added)
    states.push(ops.reshape(ops.mul(ops.sigmoid(o), ops.tanh(cell)), [chunk, size, size, width]))
  }
  return states
}

/** Each place of `x` `[C, n, n, width]` with those right and below of it (zeros beyond the edge): `[C · n², 4 · width]`. */
function neighbourhoods(x: Tensor): Tensor {
  const [chunk, size, , width] = x.shape as readonly number[]
  const reach = RECURRENT_KERNEL - 1
  const padded = ops.pad(x, [0, 0, 0, 0], [0, reach, reach, 0])
  const taps: Tensor[] = []
  for (let row = 0; row <= reach; row++) {
    for (let column = 0; column <= reach; column++) {
      taps.push(ops.slice(padded, { axes: [1, 2], starts: [row, column], ends: [row + size, column + size] }))
    }
  }
  return ops.reshape(ops.concat(taps, 3), [chunk * size * size, taps.length * width])
}

/** The states of all steps, weighted by how like the last one they are (eq. 5): softmax of inner products over χ. */
function attention(states: readonly Tensor[]): Tensor {
  const last = states[states.length - 1]
  const likeness = states.map((state) => ops.reduceSum(ops.mul(state, last), { axes: [1, 2, 3], keepDims: true }))
  const shares = ops.softmax(ops.div(ops.concat(likeness, 1), last.builder.scalar(RESCALE)), 1)
  return ops
    .split(shares, states.length, 1)
    .map((share, i) => ops.mul(states[i], share))
    .reduce((sum, weighted) => ops.add(sum, weighted))
}

/** From the deepest level up (eq. 6): each step gives a map that is put beside the state of the level above. */
function decode(states: readonly Tensor[], weights: Weights, { mode, scales, widths }: MscredSize): Tensor {
  let x = states[3]
  for (let l = 3; l >= 0; l--) {
    const { kernel, stride } = LEVELS[l]
    const width = l === 0 ? scales : widths[l - 1]
    const raised = deconvolve(x, {
      weight: weights.kernel(`decoder${l}.weight`, [x.shape[1] as number, width, kernel, kernel]),
      bias: weights.filled(`decoder${l}.bias`, [width], 0),
      stride,
      size: (l === 0 ? states[0] : states[l - 1]).shape[2] as number,
    })
    if (l === 0) return mode === 'published' ? ops.selu(raised) : raised
    x = ops.concat([ops.selu(raised), states[l - 1]], 1)
  }
  return x
}
