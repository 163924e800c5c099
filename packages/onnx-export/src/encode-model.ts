import { checkGraph } from './check-graph.js'
import { codeOf, rawBytes } from './element-types.js'
import { OnnxExportError } from './errors.js'
import type { Attribute, DataType, Graph, GraphNode, Initializer, TensorData, ValueInfo } from './graph.js'
import { ATTRIBUTE_INPUTS, DEFAULT_OPSET, irVersionOf } from './opset.js'
import { ProtobufWriter } from './protobuf-writer.js'

/** How a model is written. */
export interface EncodeOptions {
  /** Version of the operators, 11 to 21; default 17, which goes with file format (IR) 8. */
  readonly opset?: number
  /** Program named in the file; default `@sp/onnx-export`. */
  readonly producer?: string
}

/** Key of the metadata under which the names of trainable initializers are kept. */
export const PARAMETERS_KEY = 'sp.parameters'

/** Start of the names of initializers that hold what our nodes have as attributes. */
export const ATTRIBUTE_PREFIX = 'attribute:'

/**
 * The bytes of an ONNX model.
 * @throws {OnnxExportError} `bad-model` for a graph that breaks a rule, `unsupported-opset` for an operator that the
 * opset lacks
 */
export function encodeModel(
  graph: Graph,
  { opset = DEFAULT_OPSET, producer = '@sp/onnx-export' }: EncodeOptions = {},
): Uint8Array {
  checkGraph(graph)
  const domains = new Set(graph.nodes.map(({ domain }) => domain).filter((domain) => domain !== ''))
  const writer = new ProtobufWriter().integer(1, irVersionOf(opset)).text(2, producer)
  writer.message(8, new ProtobufWriter().text(1, '').integer(2, opset))
  for (const domain of domains) writer.message(8, new ProtobufWriter().text(1, domain).integer(2, 1))
  writer.message(7, graphMessage(graph, opset))
  const metadata = { ...graph.metadata, [PARAMETERS_KEY]: JSON.stringify(graph.parameters) }
  for (const [key, value] of Object.entries(metadata)) {
    writer.message(14, new ProtobufWriter().text(1, key).text(2, value))
  }
  return writer.finish()
}

function graphMessage(graph: Graph, opset: number): ProtobufWriter {
  const moved = new Map<string, Initializer>()
  const writer = new ProtobufWriter()
  for (const node of graph.nodes) writer.message(1, nodeMessage(node, graph, { opset, moved }))
  writer.text(2, graph.name)
  for (const initializer of [...graph.initializers, ...moved.values()]) writer.message(5, tensorMessage(initializer))
  for (const value of graph.inputs) writer.message(11, valueMessage(value))
  for (const value of graph.outputs) writer.message(12, valueMessage(value))
  const named = new Set([...graph.inputs, ...graph.outputs, ...graph.initializers].map(({ name }) => name))
  for (const value of graph.values.values()) if (!named.has(value.name)) writer.message(13, valueMessage(value))
  return writer
}

function nodeMessage(
  node: GraphNode,
  graph: Graph,
  { opset, moved }: { opset: number; moved: Map<string, Initializer> },
): ProtobufWriter {
  const inputs = [...node.inputs]
  const attributes: Record<string, Attribute> = { ...node.attributes }
  requireOpset(node, graph, opset)
  for (const { attribute, position, since, type } of ATTRIBUTE_INPUTS[node.op] ?? []) {
    if (opset < since || attributes[attribute] === undefined) continue
    const initializer = attributeInitializer(attributes[attribute], type)
    moved.set(initializer.name, initializer)
    while (inputs.length < position) inputs.push('')
    inputs[position] = initializer.name
    delete attributes[attribute]
  }
  if (node.op === 'Split' && node.attributes.split === undefined && opset >= 18) {
    attributes.num_outputs = node.outputs.length
  }
  if (node.op === 'Cast') attributes.to = codeOf(node.attributes.to as DataType)

  const writer = new ProtobufWriter()
  for (const name of inputs) writer.text(1, name)
  for (const name of node.outputs) writer.text(2, name)
  writer.text(3, node.outputs[0]).text(4, node.op)
  for (const [name, value] of Object.entries(attributes)) writer.message(5, attributeMessage(name, value))
  return node.domain === '' ? writer : writer.text(7, node.domain)
}

function requireOpset({ op, inputs, attributes }: GraphNode, graph: Graph, opset: number): void {
  const rank = graph.values.get(inputs[0])?.shape.length ?? 0
  const flattened = (op === 'Softmax' || op === 'LogSoftmax') && attributes.axis !== rank - 1
  const since = op === 'ScatterND' ? 16 : flattened || op === 'DequantizeLinear' ? 13 : 0
  if (opset < since) {
    const what = flattened ? `${op} along axis ${attributes.axis} of ${rank}` : op
    throw new OnnxExportError('unsupported-opset', `${what} needs opset ${since} or later, asked was ${opset}`)
  }
}

function attributeInitializer(value: Attribute, type: 'int64' | 'float32'): Initializer {
  const float = typeof value === 'object' && 'float' in value
  const data: TensorData = float
    ? Float32Array.of(value.float)
    : BigInt64Array.from((value as readonly number[]).map((entry) => BigInt(entry)))
  return { name: `${ATTRIBUTE_PREFIX}${type}:${data.join()}`, type, shape: float ? [] : [data.length], data }
}

function attributeMessage(name: string, value: Attribute): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name)
  if (typeof value === 'string') return writer.text(4, value).integer(20, 3)
  if (typeof value === 'number') return writer.integer(3, value).integer(20, 2)
  if ('float' in value) return writer.float(2, value.float).integer(20, 1)
  if ('floats' in value) {
    for (const entry of value.floats) writer.float(7, entry)
    return writer.integer(20, 6)
  }
  for (const entry of value) writer.integer(8, entry)
  return writer.integer(20, 7)
}

function tensorMessage({ name, type, shape, data }: Initializer): ProtobufWriter {
  const writer = new ProtobufWriter()
  for (const dim of shape) writer.integer(1, dim)
  return writer.integer(2, codeOf(type)).text(8, name).bytes(9, rawBytes(data))
}

function valueMessage({ name, type, shape }: ValueInfo): ProtobufWriter {
  const dims = new ProtobufWriter()
  for (const dim of shape) {
    const entry = new ProtobufWriter()
    dims.message(1, typeof dim === 'number' ? entry.integer(1, dim) : entry.text(2, dim))
  }
  const tensor = new ProtobufWriter().integer(1, codeOf(type)).message(2, dims)
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor))
}
