import { OnnxExportError } from './errors.js'
import type { Graph } from './graph.js'
import { elementCount, shapeText } from './shape.js'

/**
 * Proves the structure of a graph: each name stands for one value, each node finds its inputs before it, each output and
 * parameter exists, each initializer is as large as its shape.
 * @throws {OnnxExportError} `bad-model` with the first rule that is broken
 */
export function checkGraph(graph: Graph): void {
  const known = new Set<string>()
  function define(name: string, what: string): void {
    if (name === '') fail(graph, `${what} has no name`)
    if (known.has(name)) fail(graph, `${what} "${name}" has the name of another value`)
    if (!graph.values.has(name)) fail(graph, `${what} "${name}" has no type and shape`)
    known.add(name)
  }
  if (graph.name === '') fail(graph, 'the graph has no name')
  for (const { name } of graph.inputs) define(name, 'input')
  for (const { name, shape, data } of graph.initializers) {
    define(name, 'initializer')
    if (elementCount(shape) !== data.length) {
      fail(graph, `initializer "${name}" has ${data.length} elements for the shape ${shapeText(shape)}`)
    }
  }
  for (const { op, inputs, outputs } of graph.nodes) {
    for (const name of inputs) {
      if (name !== '' && !known.has(name))
        fail(graph, `${op} "${outputs[0]}" takes "${name}", which nothing before it gives`)
    }
    for (const name of outputs) define(name, op)
  }
  for (const { name } of graph.outputs) if (!known.has(name)) fail(graph, `nothing gives the output "${name}"`)
  const initializers = new Set(graph.initializers.map(({ name }) => name))
  for (const name of graph.parameters)
    if (!initializers.has(name)) fail(graph, `parameter "${name}" has no initial value`)
}

function fail(graph: Graph, what: string): never {
  throw new OnnxExportError('bad-model', `graph "${graph.name}": ${what}`)
}
