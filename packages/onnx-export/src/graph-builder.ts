import { OnnxExportError } from './errors.js'
import type { Attribute, DataType, Graph, GraphNode, Initializer, TensorData, ValueInfo } from './graph.js'
import { elementCount, shapeText, type Shape } from './shape.js'

/** A value of a graph under construction: what operators take and give. It holds no numbers. */
export class Tensor {
  /** Made by builders and operators only. */
  constructor(
    readonly builder: GraphBuilder,
    /** Shared with the nodes that use it, so that `output` can rename the value. */
    readonly slot: { name: string },
    readonly type: DataType,
    readonly shape: Shape,
  ) {}

  /** Name in the graph; changes when the value becomes an output. */
  get name(): string {
    return this.slot.name
  }
}

interface NodeDraft {
  readonly op: string
  readonly domain: string
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** Where a node gets what the operator functions of `ops` do not cover. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly domain?: string
}

/**
 * Collects inputs, parameters, constants and operators into a `Graph`. Operators are functions over its tensors
 * (`ops.matMul(x, w)`); each checks types and shapes when it is called.
 */
export class GraphBuilder {
  readonly #name: string
  readonly #tensors = new Map<string, Tensor>()
  readonly #inputs: Tensor[] = []
  readonly #outputs: Tensor[] = []
  readonly #initializers: { tensor: Tensor; data: TensorData }[] = []
  readonly #parameters: Tensor[] = []
  readonly #constants = new Map<string, Tensor>()
  readonly #nodes: NodeDraft[] = []
  readonly #metadata: Record<string, string> = {}
  readonly #produced = new Set<Tensor>()
  #unnamed = 0

  private constructor(name: string) {
    this.#name = name
  }

  /** An empty graph. `name` is what viewers show. */
  static create(name: string): GraphBuilder {
    return new GraphBuilder(name)
  }

  /**
   * A builder that goes on from `graph`, with the same names. With `parametersAsInputs` parameters become inputs of
   * the new graph (a training step gets them from outside); with `dropOutputs` it has no outputs yet.
   */
  static extend(
    graph: Graph,
    { parametersAsInputs = false, dropOutputs = false, name = graph.name } = {},
  ): GraphBuilder {
    const builder = new GraphBuilder(name)
    const parameters = new Set(graph.parameters)
    for (const { name, type, shape } of graph.inputs) builder.input(name, shape, type)
    for (const { name, type, shape, data } of graph.initializers) {
      if (!parameters.has(name)) builder.#initializer(name, type, shape, data)
    }
    // In the order of the parameters' list, which is the order of moments and gradients everywhere.
    for (const name of graph.parameters) {
      const { shape, data } = graph.initializers.find((initializer) => initializer.name === name)!
      if (parametersAsInputs) builder.input(name, shape)
      else builder.parameter(name, shape, data as Float32Array)
    }
    for (const node of graph.nodes) builder.#copyNode(node, graph)
    if (!dropOutputs) for (const { name } of graph.outputs) builder.#outputs.push(builder.tensor(name))
    Object.assign(builder.#metadata, graph.metadata)
    return builder
  }

  /** A value given at run time. A dimension may be a name: `['batch', 50]`. */
  input(name: string, shape: Shape, type: DataType = 'float32'): Tensor {
    const tensor = this.#tensor(name, type, shape)
    this.#inputs.push(tensor)
    return tensor
  }

  /**
   * A float32 value that training changes.
   * @throws {OnnxExportError} `bad-shape` when `data` has not as many elements as `shape`
   */
  parameter(name: string, shape: readonly number[], data: Float32Array): Tensor {
    const tensor = this.#initializer(name, 'float32', shape, data)
    this.#parameters.push(tensor)
    return tensor
  }

  /** A fixed value. Without a name, equal constants are stored once. */
  constant(
    data: TensorData,
    shape: readonly number[],
    { type = typeOf(data), name }: { type?: DataType; name?: string } = {},
  ): Tensor {
    if (name !== undefined) return this.#initializer(name, type, shape, data)
    const key = data.length <= 64 ? `${type}${shapeText(shape)}${data.join()}` : ''
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const tensor = this.#initializer(this.#freeName('constant'), type, shape, data)
    if (key !== '') this.#constants.set(key, tensor)
    return tensor
  }

  /** A float32 scalar. */
  scalar(value: number): Tensor {
    return this.constant(Float32Array.of(value), [])
  }

  /**
   * The value of that name.
   * @throws {OnnxExportError} `bad-name` when there is none
   */
  tensor(name: string): Tensor {
    const tensor = this.#tensors.get(name)
    if (tensor === undefined) throw new OnnxExportError('bad-name', `graph "${this.#name}" has no value "${name}"`)
    return tensor
  }

  /**
   * Adds an operator by its ONNX name, without checks: for operators that `ops` lacks.
   * `outputs` gives type and shape of each value.
   */
  node(
    op: string,
    inputs: readonly Tensor[],
    outputs: readonly { readonly type: DataType; readonly shape: Shape }[],
    { attributes = {}, domain = '' }: NodeOptions = {},
  ): Tensor[] {
    for (const input of inputs) {
      if (input.builder !== this) {
        throw new OnnxExportError('bad-name', `${op}: "${input.name}" belongs to another graph; build it in this one`)
      }
    }
    const results = outputs.map(({ type, shape }) => this.#tensor(this.#freeName(op), type, shape))
    for (const result of results) this.#produced.add(result)
    this.#nodes.push({ op, domain, inputs, outputs: results, attributes })
    return results
  }

  /** Makes `tensor` a result of the graph, under `name`. */
  output(name: string, tensor: Tensor): Tensor {
    const renameable = this.#produced.has(tensor) && !this.#outputs.includes(tensor)
    const result = renameable ? tensor : this.node('Identity', [tensor], [tensor])[0]
    if (result.name !== name) {
      this.#requireFree(name)
      this.#tensors.delete(result.name)
      result.slot.name = name
      this.#tensors.set(name, result)
    }
    this.#outputs.push(result)
    return result
  }

  /** Text that travels with the model. */
  metadata(key: string, value: string): this {
    this.#metadata[key] = value
    return this
  }

  /** The graph as plain data; building may go on afterwards. */
  build(): Graph {
    return {
      name: this.#name,
      inputs: this.#inputs.map(infoOf),
      outputs: this.#outputs.map(infoOf),
      initializers: this.#initializers.map(
        ({ tensor, data }) => ({ ...infoOf(tensor), data }) as unknown as Initializer,
      ),
      parameters: this.#parameters.map(({ name }) => name),
      nodes: this.#nodes.map(({ inputs, outputs, ...rest }) => ({
        ...rest,
        inputs: inputs.map(({ name }) => name),
        outputs: outputs.map(({ name }) => name),
      })),
      values: new Map([...this.#tensors.values()].map((tensor) => [tensor.name, infoOf(tensor)])),
      metadata: { ...this.#metadata },
    }
  }

  #copyNode({ op, domain, inputs, outputs, attributes }: GraphNode, graph: Graph): void {
    const results = outputs.map((name) => {
      const { type, shape } = graph.values.get(name)!
      return this.#tensor(name, type, shape)
    })
    for (const result of results) this.#produced.add(result)
    this.#nodes.push({ op, domain, inputs: inputs.map((name) => this.tensor(name)), outputs: results, attributes })
  }

  #initializer(name: string, type: DataType, shape: readonly number[], data: TensorData): Tensor {
    if (elementCount(shape) !== data.length) {
      throw new OnnxExportError(
        'bad-shape',
        `"${name}" has ${data.length} elements, but its shape ${shapeText(shape)} holds ${elementCount(shape)}`,
      )
    }
    const tensor = this.#tensor(name, type, shape)
    this.#initializers.push({ tensor, data })
    return tensor
  }

  #tensor(name: string, type: DataType, shape: Shape): Tensor {
    this.#requireFree(name)
    const tensor = new Tensor(this, { name }, type, shape)
    this.#tensors.set(name, tensor)
    return tensor
  }

  #requireFree(name: string): void {
    if (name === '') throw new OnnxExportError('bad-name', 'a value needs a name, got an empty one')
    if (this.#tensors.has(name)) {
      throw new OnnxExportError('bad-name', `graph "${this.#name}" already has a value "${name}"; choose another name`)
    }
  }

  #freeName(op: string): string {
    let name: string
    do name = `${op}_${this.#unnamed++}`
    while (this.#tensors.has(name))
    return name
  }
}

function infoOf({ name, type, shape }: Tensor): ValueInfo {
  return { name, type, shape }
}

function typeOf(data: TensorData): DataType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof BigInt64Array) return 'int64'
  if (data instanceof Int8Array) return 'int8'
  if (data instanceof Uint16Array) return 'float16'
  return 'uint8'
}
