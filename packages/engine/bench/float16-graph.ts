import type { Graph, GraphNode, ValueInfo } from '@sp/onnx-export'
import { float16Bits } from '../../onnx-export/src/float16.js'

/**
 * The graph computing in float16 throughout; inputs and outputs stay float32. For measuring only: onnxruntime has few
 * float16 operators for x64 and converts around each of the others.
 */
export function inFloat16(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const inputs = new Set(graph.inputs.filter(({ type }) => type === 'float32').map(({ name }) => name))
  function renamed(name: string): string {
    return inputs.has(name) || outputs.has(name) ? half(name) : name
  }
  const values = new Map<string, ValueInfo>()
  for (const value of graph.values.values()) {
    const narrow = {
      ...value,
      name: renamed(value.name),
      type: value.type === 'float32' ? 'float16' : value.type,
    } as const
    values.set(narrow.name, narrow)
    if (narrow.name !== value.name) values.set(value.name, value)
  }
  return {
    ...graph,
    parameters: [],
    initializers: graph.initializers.map((initializer) =>
      initializer.type === 'float32'
        ? { ...initializer, type: 'float16', data: float16Bits(initializer.data as Float32Array) }
        : initializer,
    ),
    nodes: [
      ...[...inputs].map((name) => cast(name, half(name), 'float16')),
      ...graph.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(renamed),
        outputs: node.outputs.map(renamed),
        attributes: node.attributes.to === 'float32' ? { ...node.attributes, to: 'float16' } : node.attributes,
      })),
      ...graph.outputs.map(({ name }) => cast(half(name), name, 'float32')),
    ],
    values,
  }
}

function half(name: string): string {
  return `${name}/half`
}

function cast(from: string, to: string, type: 'float16' | 'float32'): GraphNode {
  return { op: 'Cast', domain: '', inputs: [from], outputs: [to], attributes: { to: type } }
}
