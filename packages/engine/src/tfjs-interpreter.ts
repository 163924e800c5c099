import type { Graph, TensorData } from '@sp/onnx-export'
import type { Tensor } from '@tensorflow/tfjs-core'
import { EngineError } from './errors.js'
import type { Tfjs } from './tfjs-backends.js'
import { TFJS_OPERATORS, tfjsType } from './tfjs-operators.js'

/** Runs a graph with operators of tfjs, which records them and so can differentiate them. */
export class TfjsInterpreter {
  readonly #tf: Tfjs
  readonly #graph: Graph
  readonly #constants: Readonly<Record<string, Tensor>>

  /**
   * Puts the constants of a graph on the backend in use.
   * @throws {EngineError} `unsupported-operator` for a graph with an operator that is not in `TFJS_OPERATORS`
   */
  constructor(tf: Tfjs, graph: Graph) {
    const unknown = graph.nodes.find(({ op }) => !(op in TFJS_OPERATORS) && op !== 'Expand')
    if (unknown) {
      throw new EngineError(
        'unsupported-operator',
        `"${unknown.outputs[0]}" is a ${unknown.op}, which the tfjs engine does not know`,
      )
    }
    this.#tf = tf
    this.#graph = graph
    this.#constants = Object.fromEntries(
      graph.initializers.map(({ name, type, shape, data }) => [
        name,
        tf.keep(tf.tensor(elementsOf(data), [...shape], tfjsType(type))),
      ]),
    )
  }

  /** Outputs by name. Call inside `tf.tidy` or a gradient function. */
  run(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    const supports = (kernel: string) => this.#tf.getKernel(kernel, this.#tf.getBackend()) !== undefined
    const values: Record<string, Tensor> = { ...this.#constants, ...inputs }
    // Shapes asked for in the graph, by the name of the value that holds them.
    const shapes = new Map<string, number[]>()
    for (const node of this.#graph.nodes) {
      const given = node.inputs.map((name) => values[name])
      if (node.op === 'Shape') shapes.set(node.outputs[0], given[0].shape)
      const results =
        node.op === 'Expand'
          ? this.#tf.broadcastTo(given[0], shapes.get(node.inputs[1])!)
          : TFJS_OPERATORS[node.op](given, { tf: this.#tf, node, supports })
      const list = Array.isArray(results) ? results : [results]
      node.outputs.forEach((name, i) => (values[name] = list[i]))
    }
    return Object.fromEntries(this.#graph.outputs.map(({ name }) => [name, values[name]]))
  }

  /** Frees the constants. */
  dispose(): void {
    for (const constant of Object.values(this.#constants)) constant.dispose()
  }
}

/** 64-bit numbers as 32-bit ones, of which tfjs has no others; the rest as it is. */
function elementsOf(data: TensorData): Float32Array | Int32Array | Uint8Array {
  if (data instanceof BigInt64Array) return Int32Array.from(data, Number)
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data
  throw new EngineError('unsupported-operator', `the tfjs engine has no ${data.constructor.name} tensors`)
}
