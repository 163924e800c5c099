import { int8Columns, LEAST_ELEMENTS } from './compress-weights.js'
import type { Graph, GraphNode, Initializer, ValueInfo } from './graph.js'

/**
 * Largest step of a matrix: seven bits. Processors without VNNI add two products of a byte (≤ 255) and a step in 16 bits
 * that saturate, so that steps up to 127 give wrong sums there; 2 · 255 · 64 just fits.
 */
const MOST_STEPS = 64

/**
 * The graph with its products of values and fixed matrices in 8 bits: each column of a matrix in steps of 1/64 of its
 * largest element, values quantised as they come with one scale a tensor (`DynamicQuantizeLinear`), products summed in 32 bits (`MatMulInteger`).
 * Everything else stays float32, products of less than 64 weights too. Faster where the processor multiplies bytes (VNNI,
 * NEON); results differ in the third digit, so look at `parityReport`. Parameters become fixed.
 */
export function quantizeProducts(graph: Graph): Graph {
  const fixed = new Map(graph.initializers.map((initializer) => [initializer.name, initializer]))
  const added = new Map<string, Initializer>()
  const values = new Map(graph.values)
  const nodes = graph.nodes.flatMap((node, i) => {
    const [weight, offset] = [fixed.get(node.inputs[1]), node.inputs[2]]
    if (!isQuantizable(node, weight) || fixed.has(node.inputs[0])) return [node]
    const { steps, scales } = columnsOf(weight, node.attributes.transB === 1)
    for (const initializer of [steps, scales]) added.set(initializer.name, initializer)
    const result = values.get(node.outputs[0])!
    const product = productNodes({ id: `int8/${i}`, x: values.get(node.inputs[0])!, steps, scales, offset, result })
    for (const value of [steps, scales, ...product.values]) values.set(value.name, infoOf(value))
    return product.nodes
  })
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)])
  const initializers = [...graph.initializers, ...added.values()].filter(({ name }) => used.has(name))
  for (const { name } of graph.initializers) if (!used.has(name)) values.delete(name)
  return { ...graph, parameters: [], nodes, values, initializers }
}

function isQuantizable({ op, attributes }: GraphNode, weight: Initializer | undefined): weight is Initializer {
  const product = op === 'MatMul' || (op === 'Gemm' && attributes.transA !== 1)
  return product && weight?.type === 'float32' && weight.shape.length === 2 && weight.data.length >= LEAST_ELEMENTS
}

/** The matrix as it is multiplied, in steps of its columns' scales. */
function columnsOf(
  { name, shape, data }: Initializer,
  transposed: boolean,
): { steps: Initializer; scales: Initializer } {
  const weights = data as Float32Array
  const [rows, columns] = transposed ? [shape[1], shape[0]] : shape
  const upright = transposed
    ? Float32Array.from({ length: weights.length }, (_, i) => weights[(i % columns) * rows + Math.floor(i / columns)])
    : weights
  const { steps, scales } = int8Columns(upright, columns, MOST_STEPS)
  const id = transposed ? `${name}/transposed` : name
  return {
    steps: { name: `${id}/int8`, type: 'int8', shape: [rows, columns], data: steps },
    scales: { name: `${id}/scale`, type: 'float32', shape: [columns], data: scales },
  }
}

interface Product {
  readonly id: string
  readonly x: ValueInfo
  readonly steps: Initializer
  readonly scales: Initializer
  /** Name of what is added, if anything. */
  readonly offset: string | undefined
  readonly result: ValueInfo
}

/** `x · steps · scales + offset`, with `x` quantised first. */
function productNodes({ id, x, steps, scales, offset, result }: Product): { nodes: GraphNode[]; values: ValueInfo[] } {
  const quantized: ValueInfo = { name: `${id}/x`, type: 'uint8', shape: x.shape }
  const scale: ValueInfo = { name: `${id}/x/scale`, type: 'float32', shape: [] }
  const zero: ValueInfo = { name: `${id}/x/zero`, type: 'uint8', shape: [] }
  const sum: ValueInfo = { name: `${id}/sum`, type: 'int32', shape: result.shape }
  const float: ValueInfo = { ...result, name: `${id}/float` }
  const both: ValueInfo = { name: `${id}/scales`, type: 'float32', shape: scales.shape }
  const product: ValueInfo = offset === undefined ? result : { ...result, name: `${id}/product` }
  const nodes = [
    nodeOf('DynamicQuantizeLinear', [x.name], [quantized, scale, zero]),
    nodeOf('MatMulInteger', [quantized.name, steps.name, zero.name], [sum]),
    { ...nodeOf('Cast', [sum.name], [float]), attributes: { to: 'float32' } },
    nodeOf('Mul', [scale.name, scales.name], [both]),
    nodeOf('Mul', [float.name, both.name], [product]),
  ]
  if (offset !== undefined) nodes.push(nodeOf('Add', [product.name, offset], [result]))
  return { nodes, values: [quantized, scale, zero, sum, float, both, product] }
}

function nodeOf(op: string, inputs: readonly string[], outputs: readonly ValueInfo[]): GraphNode {
  return { op, domain: '', inputs, outputs: outputs.map(({ name }) => name), attributes: {} }
}

function infoOf({ name, type, shape }: ValueInfo): ValueInfo {
  return { name, type, shape }
}
