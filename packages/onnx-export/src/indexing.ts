import { axisOf } from './activations.js'
import { cast, equal } from './elementwise.js'
import { OnnxExportError } from './errors.js'
import type { Tensor } from './graph-builder.js'
import { unsqueeze } from './layout.js'
import { shapeText } from './shape.js'

/** Slices of `x` along `axis` at whole-numbered `indices` (0-based): an embedding, when `x` is its table and `axis` 0. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  requireIndices('Gather', indices)
  const at = axisOf('Gather', x, axis)
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)]
  return x.builder.node('Gather', [x, indices], [{ type: x.type, shape }], { attributes: { axis: at } })[0]
}

/** 1 at the index and 0 elsewhere, as float32 with a last axis of `depth` entries; all 0 for an index outside. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  requireIndices('one-hot', indices)
  const classes =
    indices.type === 'int32'
      ? indices.builder.constant(
          Int32Array.from({ length: depth }, (_, i) => i),
          [depth],
        )
      : indices.builder.constant(
          BigInt64Array.from({ length: depth }, (_, i) => BigInt(i)),
          [depth],
        )
  return cast(equal(unsqueeze(indices, [indices.shape.length]), classes), 'float32')
}

/**
 * Rows of `updates` `[n, …]` added to the rows of `x` `[m, …]` that `indices` `[n]` name; rows named twice get both. Run it
 * on one thread: onnxruntime 1.30 loses sums when several threads add to one row.
 */
export function scatterAddRows(x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  requireIndices('ScatterND', indices)
  if (indices.shape.length !== 1 || indices.shape[0] !== updates.shape[0] || x.shape.length !== updates.shape.length) {
    throw new OnnxExportError(
      'bad-shape',
      `ScatterND: rows ${shapeText(updates.shape)} at ${shapeText(indices.shape)} into ${shapeText(x.shape)}; expected [n, …], [n], [m, …]`,
    )
  }
  const places = unsqueeze(cast(indices, 'int64'), [1])
  return x.builder.node('ScatterND', [x, places, updates], [x], { attributes: { reduction: 'add' } })[0]
}

function requireIndices(op: string, indices: Tensor): void {
  if (indices.type !== 'int32' && indices.type !== 'int64') {
    throw new OnnxExportError('bad-type', `${op}: indices are ${indices.type}, expected int32 or int64`)
  }
}
