import { checkGraph } from './check-graph.js'
import { elementsOf, typeOfCode } from './element-types.js'
import { ATTRIBUTE_PREFIX, PARAMETERS_KEY } from './encode-model.js'
import { OnnxExportError } from './errors.js'
import type { Attribute, Graph, GraphNode, Initializer, ValueInfo } from './graph.js'
import { ATTRIBUTE_INPUTS } from './opset.js'
import { ProtobufReader } from './protobuf-reader.js'

/**
 * The graph of a model that `encodeModel` wrote, at any opset; `decode ∘ encode` is the identity.
 * @throws {OnnxExportError} `bad-model` for other bytes, or a model that others wrote in a way this reader does not know
 */
export function decodeModel(bytes: Uint8Array): Graph {
  const model = new ProtobufReader(bytes)
  const [body] = model.messages(7)
  if (body === undefined) throw new OnnxExportError('bad-model', 'no graph inside; expected an ONNX model')
  const graph = new ProtobufReader(body)
  const stored = graph.messages(5).map(initializerOf)
  const moved = new Map(stored.filter(isMovedAttribute).map((initializer) => [initializer.name, initializer]))
  const initializers = stored.filter((initializer) => !isMovedAttribute(initializer))
  const inputs = graph.messages(11).map(valueOf)
  const outputs = graph.messages(12).map(valueOf)
  const { [PARAMETERS_KEY]: parameters = '[]', ...metadata } = metadataOf(model)
  const values = [...inputs, ...outputs, ...graph.messages(13).map(valueOf), ...initializers.map(infoOf)]
  const decoded: Graph = {
    name: graph.text(2),
    inputs,
    outputs,
    initializers,
    parameters: namesOf(parameters),
    nodes: graph.messages(1).map((message) => nodeOf(message, moved)),
    values: new Map(values.map((value) => [value.name, value])),
    metadata,
  }
  checkGraph(decoded)
  return decoded
}

function nodeOf(message: Uint8Array, moved: ReadonlyMap<string, Initializer>): GraphNode {
  const reader = new ProtobufReader(message)
  const op = reader.text(4)
  let inputs = reader.texts(1)
  const attributes: Record<string, Attribute> = Object.fromEntries(reader.messages(5).map(attributeOf))
  for (const { attribute, position, type } of ATTRIBUTE_INPUTS[op] ?? []) {
    const initializer = moved.get(inputs[position] ?? '')
    if (initializer === undefined) continue
    const numbers = Array.from(initializer.data as ArrayLike<number | bigint>, Number)
    attributes[attribute] = type === 'float32' ? { float: numbers[0] } : numbers
    inputs = inputs.with(position, '')
  }
  while (inputs.at(-1) === '') inputs.pop()
  if (op === 'Cast') attributes.to = typeOfCode(attributes.to as number)
  delete attributes.num_outputs
  return { op, domain: reader.text(7), inputs, outputs: reader.texts(2), attributes }
}

function attributeOf(message: Uint8Array): [string, Attribute] {
  const reader = new ProtobufReader(message)
  const name = reader.text(1)
  switch (reader.integer(20)) {
    case 1:
      return [name, { float: reader.floats(2)[0] }]
    case 2:
      return [name, reader.integer(3)]
    case 3:
      return [name, reader.text(4)]
    case 6:
      return [name, { floats: reader.floats(7) }]
    case 7:
      return [name, reader.integers(8).map(Number)]
    default:
      throw new OnnxExportError(
        'bad-model',
        `attribute "${name}" is of kind ${reader.integer(20)}; expected number, text or a list`,
      )
  }
}

function initializerOf(message: Uint8Array): Initializer {
  const reader = new ProtobufReader(message)
  const name = reader.text(8)
  const [bytes] = reader.messages(9)
  if (bytes === undefined) throw new OnnxExportError('bad-model', `initializer "${name}" has no raw data`)
  const type = typeOfCode(reader.integer(2))
  return { name, type, shape: reader.integers(1).map(Number), data: elementsOf(type, bytes) }
}

function valueOf(message: Uint8Array): ValueInfo {
  const reader = new ProtobufReader(message)
  const tensor = new ProtobufReader(
    new ProtobufReader(reader.messages(2)[0] ?? new Uint8Array()).messages(1)[0] ?? new Uint8Array(),
  )
  const dims = new ProtobufReader(tensor.messages(2)[0] ?? new Uint8Array()).messages(1).map((dim) => {
    const entry = new ProtobufReader(dim)
    return entry.text(2) || entry.integer(1)
  })
  return { name: reader.text(1), type: typeOfCode(tensor.integer(1)), shape: dims }
}

function metadataOf(model: ProtobufReader): Record<string, string> {
  return Object.fromEntries(
    model.messages(14).map((message) => {
      const reader = new ProtobufReader(message)
      return [reader.text(1), reader.text(2)]
    }),
  )
}

function namesOf(json: string): string[] {
  try {
    const names: unknown = JSON.parse(json)
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  } catch {
    // Told below.
  }
  throw new OnnxExportError('bad-model', `metadata ${PARAMETERS_KEY} is ${json}; expected a JSON list of names`)
}

function isMovedAttribute({ name }: Initializer): boolean {
  return name.startsWith(ATTRIBUTE_PREFIX)
}

function infoOf({ name, type, shape }: Initializer): ValueInfo {
  return { name, type, shape }
}
