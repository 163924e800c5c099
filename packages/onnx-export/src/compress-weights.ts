import { float16Bits } from './float16.js'
import type { Graph, GraphNode, Initializer, ValueInfo } from './graph.js'

/** How weights are stored. */
export type WeightFormat = 'float16' | 'int8'

/** Weights below this many elements stay as they are: compressing them saves nothing. */
export const LEAST_ELEMENTS = 64

/**
 * The graph with its large float32 initializers stored in 16 bits (`float16`: relative error 2⁻¹¹) or 8 (`int8`: each
 * column of a matrix in steps of 1/127 of its largest element), expanded to float32 by the runtime, which computes as
 * before: onnxruntime expands float16 once, when the model is loaded, and int8 at each run, which costs a fifth of the
 * speed. Files are a half or a third the size. Parameters become fixed. `quantizeProducts` is the one that is faster.
 * `int8` needs opset 13 or later when the model is written.
 */
export function compressWeights(graph: Graph, format: WeightFormat): Graph {
  const compressed = graph.initializers
    .filter(({ type, data }) => type === 'float32' && data.length >= LEAST_ELEMENTS)
    .map((initializer) => (format === 'float16' ? asFloat16(initializer) : asInt8(initializer)))
  const replaced = new Set(compressed.map(({ node }) => node.outputs[0]))
  const stored = compressed.flatMap(({ initializers }) => initializers)
  return {
    ...graph,
    initializers: [...graph.initializers.filter(({ name }) => !replaced.has(name)), ...stored],
    parameters: [],
    nodes: [...compressed.map(({ node }) => node), ...graph.nodes],
    values: new Map([...graph.values, ...stored.map((value): [string, ValueInfo] => [value.name, infoOf(value)])]),
  }
}

interface Compressed {
  readonly initializers: readonly Initializer[]
  /** Expands them under the old name. */
  readonly node: GraphNode
}

function asFloat16({ name, shape, data }: Initializer): Compressed {
  const half = `${name}/float16`
  return {
    initializers: [{ name: half, type: 'float16', shape, data: float16Bits(data as Float32Array) }],
    node: { op: 'Cast', domain: '', inputs: [half], outputs: [name], attributes: { to: 'float32' } },
  }
}

function asInt8({ name, shape, data }: Initializer): Compressed {
  const columns = shape.at(-1) ?? 1
  const { steps, scales } = int8Columns(data as Float32Array, columns, 127)
  const [weights, scale] = [`${name}/int8`, `${name}/scale`]
  return {
    initializers: [
      { name: weights, type: 'int8', shape, data: steps },
      { name: scale, type: 'float32', shape: [columns], data: scales },
    ],
    node: {
      op: 'DequantizeLinear',
      domain: '',
      inputs: [weights, scale],
      outputs: [name],
      attributes: { axis: Math.max(shape.length - 1, 0) },
    },
  }
}

/** Values in steps of 1/`most` of the largest element of their column (entry of the last axis), symmetric around zero. */
export function int8Columns(
  values: Float32Array,
  columns: number,
  most: number,
): { readonly steps: Int8Array; readonly scales: Float32Array } {
  const scales = new Float32Array(columns)
  values.forEach((value, i) => {
    scales[i % columns] = Math.max(scales[i % columns], Math.abs(value) / most)
  })
  return { steps: Int8Array.from(values, (value, i) => Math.round(value / (scales[i % columns] || 1))), scales }
}

function infoOf({ name, type, shape }: Initializer): ValueInfo {
  return { name, type, shape }
}
