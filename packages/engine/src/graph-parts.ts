import type { Graph } from '@sp/onnx-export'
import { EngineError } from './errors.js'

/**
 * The part of a graph that gives `outputs`, which may be any values of it: nodes, inputs and initializers that they do
 * not need are left out.
 * @throws {EngineError} `bad-data` for a name the graph has not
 */
export function keepOutputs(graph: Graph, outputs: readonly string[]): Graph {
  const needed = new Set(outputs)
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((name) => needed.has(name))) return false
    for (const name of node.inputs) needed.add(name)
    return true
  })
  nodes.reverse()
  const missing = outputs.find((name) => !graph.values.has(name))
  if (missing !== undefined) {
    throw new EngineError(
      'bad-data',
      `graph "${graph.name}" has no value "${missing}"; outputs are ${graph.outputs.map(({ name }) => name).join(', ')}`,
    )
  }
  const kept = new Set([...needed, ...nodes.flatMap((node) => node.outputs)])
  return {
    ...graph,
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
    outputs: outputs.map((name) => graph.values.get(name)!),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    parameters: graph.parameters.filter((name) => needed.has(name)),
    nodes,
    values: new Map([...graph.values].filter(([name]) => kept.has(name))),
  }
}
