import { ops, type Dim, type Tensor } from '@sp/onnx-export'

// B = batch, T = steps, H = hidden units, I = width of the input, V = entries of the embedding.
// Rows are time-major: row t·B + b is step t of example b, so one step is a contiguous block.

/** Weights that turn inputs into gate pre-activations. Columns are the gates i, f, g, o (PyTorch's order), H each. */
export interface GateWeights {
  /** `[I, 4H]` */
  readonly weight: Tensor
  /** `[4H]` */
  readonly bias: Tensor
}

/**
 * Gate pre-activations `[T·B, 4H]` of embedded `ids` `[B, T]` (int32, 0 … V − 1). `table · weight + bias` is computed once
 * for the V entries and looked up, instead of once for each of the T·B inputs.
 */
export function embeddedGates(ids: Tensor, table: Tensor, { weight, bias }: GateWeights): Tensor {
  const gatesOfEntry = ops.gemm(table, weight, bias) // [V, 4H]
  return ops.gather(gatesOfEntry, ops.reshape(ops.transpose(ids, [1, 0]), [-1]))
}

/** Gate pre-activations `[T·B, 4H]` of time-major inputs `[T·B, I]`. */
export function denseGates(inputs: Tensor, { weight, bias }: GateWeights): Tensor {
  return ops.gemm(inputs, weight, bias)
}

/**
 * A layer of long short-term memory (Hochreiter & Schmidhuber 1997, with forget gate), unrolled: the hidden state `[B, H]`
 * after each step. It starts from zeros.
 */
export function lstm(
  gates: Tensor,
  { recurrent, steps }: { /** `[H, 4H]` */ recurrent: Tensor; steps: number },
): Tensor[] {
  const states: Tensor[] = []
  let cell: Tensor | null = null
  for (const input of ops.split(gates, steps, 0)) {
    // The first step's hidden state is zero and adds nothing.
    const hidden = states.at(-1)
    const active = hidden === undefined ? input : ops.gemm(hidden, recurrent, input) // [B, 4H]
    const [i, f, g, o] = ops.split(active, 4, 1)
    const added = ops.mul(ops.sigmoid(i), ops.tanh(g))
    cell = cell === null ? added : ops.add(ops.mul(ops.sigmoid(f), cell), added)
    states.push(ops.mul(ops.sigmoid(o), ops.tanh(cell)))
  }
  return states
}

/** Hidden states of all steps as the time-major input `[T·B, H]` of the next layer. */
export function asSequence(states: readonly Tensor[]): Tensor {
  return ops.concat(states, 0)
}

/** Weights of a convolutional LSTM with C channels: gates i, f, g, o along the first axis. */
export interface ConvLstmWeights {
  /** `[4C, in, kh, kw]` */
  readonly input: Tensor
  /** `[4C, C, kh, kw]` */
  readonly recurrent: Tensor
  /** `[4C]` */
  readonly bias: Tensor
  /** What the gates i, f, o see of the cell, each `[C, h, w]` or `[C, 1, 1]`; absent: nothing. */
  readonly peepholes?: readonly [input: Tensor, forget: Tensor, output: Tensor]
}

/**
 * A convolutional LSTM (Shi et al. 2015, eq. 3), unrolled over `inputs`, each `[B, in, h, w]`: the hidden state
 * `[B, C, h, w]` after each. Kernels have odd sizes; pads keep height and width. It starts from zeros.
 */
export function convLstm(inputs: readonly Tensor[], { input, recurrent, bias, peepholes }: ConvLstmWeights): Tensor[] {
  const states: Tensor[] = []
  let cell: Tensor | null = null
  for (const x of inputs) {
    const hidden = states.at(-1)
    const own = ops.conv(x, input, { bias, pads: samePads(input.shape) })
    const active = hidden ? ops.add(own, ops.conv(hidden, recurrent, { pads: samePads(recurrent.shape) })) : own
    const [i, f, g, o] = ops.split(active, 4, 1)
    const added = ops.mul(ops.sigmoid(peep(i, cell, peepholes?.[0])), ops.tanh(g))
    cell = cell === null ? added : ops.add(ops.mul(ops.sigmoid(peep(f, cell, peepholes?.[1])), cell), added)
    states.push(ops.mul(ops.sigmoid(peep(o, cell, peepholes?.[2])), ops.tanh(cell)))
  }
  return states
}

function peep(gate: Tensor, cell: Tensor | null, weight: Tensor | undefined): Tensor {
  return cell === null || weight === undefined ? gate : ops.add(gate, ops.mul(cell, weight))
}

function samePads(kernel: readonly Dim[]): [number, number, number, number] {
  const [rows, columns] = kernel.slice(2).map((size) => ((size as number) - 1) / 2)
  return [rows, columns, rows, columns]
}
