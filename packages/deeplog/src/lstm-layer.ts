import type { Tensor } from '@sp/onnx-export'
import type { parametersOf } from './deeplog-network.js'
import type { NetworkSize } from './deeplog-options.js'

// T = events that are read, N = rows, I = width of the input, H = units.

/** A trained layer, as it is unrolled for training: `[I, 4H]`, `[H, 4H]` and `[4H]`, gates i, f, g, o. */
export interface LstmLayer {
  readonly name: string
  readonly weight: Float32Array
  readonly recurrent: Float32Array
  readonly bias: Float32Array
  /** I and H. */
  readonly width: number
  readonly hidden: number
}

/** Where rows stand before, and how much of the input each reads. */
export interface LstmStart {
  /** `[N]` int32; what comes behind is not read, and its states are 0. */
  readonly lengths: Tensor
  /** `[1, N, H]` each. */
  readonly hidden: Tensor
  readonly cell: Tensor
}

/**
 * ONNX's own LSTM operator over inputs `[T, N, I]`.
 * @param start where it begins; default with nothing read, and all rows are of length T
 * @returns hidden states `[T, 1, N, H]`, and hidden state and cell `[1, N, H]` after the last event of each row
 */
export function lstmLayer(inputs: Tensor, layer: LstmLayer, start?: LstmStart): readonly Tensor[] {
  const { builder } = inputs
  const { name, weight, recurrent, bias, width, hidden } = layer
  const ofRecurrent = new Float32Array(4 * hidden)
  const both = new Float32Array([...gatesOfOnnx(bias, 1, hidden), ...ofRecurrent])
  const [steps, batch] = inputs.shape
  const last = { type: 'float32', shape: [1, batch, hidden] } as const
  return builder.node(
    'LSTM',
    [
      inputs,
      builder.parameter(`${name}.W`, [1, 4 * hidden, width], gatesOfOnnx(weight, width, hidden)),
      builder.parameter(`${name}.R`, [1, 4 * hidden, hidden], gatesOfOnnx(recurrent, hidden, hidden)),
      builder.parameter(`${name}.B`, [1, 8 * hidden], both),
      ...(start === undefined ? [] : [start.lengths, start.hidden, start.cell]),
    ],
    [{ type: 'float32', shape: [steps, 1, batch, hidden] }, ...(start === undefined ? [] : [last, last])],
    { attributes: { hidden_size: hidden } },
  )
}

/** A layer of a trained network. */
export function layerOf(weights: ReturnType<typeof parametersOf>, layer: number, size: NetworkSize): LstmLayer {
  const name = `lstm${layer}`
  return {
    name,
    weight: weights[`${name}.weight`],
    recurrent: weights[`${name}.recurrent`],
    bias: weights[`${name}.bias`],
    width: layer === 0 ? size.embedding : size.hidden,
    hidden: size.hidden,
  }
}

/** Our weights `[I, 4H]`, gates i, f, g, o, as ONNX has them: `[4H, I]`, gates i, o, f, g. */
function gatesOfOnnx(weight: Float32Array, rows: number, hidden: number): Float32Array {
  const result = new Float32Array(weight.length)
  const columns = 4 * hidden
  for (const [place, gate] of [0, 3, 1, 2].entries()) {
    for (let unit = 0; unit < hidden; unit++) {
      for (let row = 0; row < rows; row++) {
        result[(place * hidden + unit) * rows + row] = weight[row * columns + gate * hidden + unit]
      }
    }
  }
  return result
}
