import fc from 'fast-check'
import { checkGraph } from '../src/check-graph.js'
import { decodeModel } from '../src/decode-model.js'
import { encodeModel } from '../src/encode-model.js'
import { OnnxExportError } from '../src/errors.js'
import { GraphBuilder } from '../src/graph-builder.js'
import { ops } from '../src/index.js'
import { parityReport } from '../src/parity-report.js'
import { graphOfAllOperators } from './all-operators.js'

const graph = graphOfAllOperators()

test('the same graph gives the same bytes', () => {
  expect(encodeModel(graphOfAllOperators())).toEqual(encodeModel(graph))
})

test('a model cut off anywhere, or with a changed byte, is an error of ours or still a graph', () => {
  const bytes = encodeModel(graph)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      for (const broken of [bytes.subarray(0, at), bytes.with(at, value)]) {
        try {
          checkGraph(decodeModel(broken))
        } catch (error) {
          expect(error).toBeInstanceOf(OnnxExportError)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('opsets beyond 11 to 21, and operators an opset lacks, are refused', () => {
  expect(() => encodeModel(graph, { opset: 10 })).toThrow('opset 10; supported are 11 to 21')
  const builder = GraphBuilder.create('scatter')
  const x = builder.input('x', [4, 2])
  builder.output('y', ops.scatterAddRows(x, builder.input('rows', ['n'], 'int32'), builder.input('add', ['n', 2])))
  expect(() => encodeModel(builder.build(), { opset: 15 })).toThrow('ScatterND needs opset 16')
})

test.each([
  ['a node before its input', { nodes: [...graph.nodes].reverse() }, 'which nothing before it gives'],
  ['an output that nothing gives', { outputs: [{ ...graph.outputs[0], name: 'nowhere' }] }, 'nothing gives the output'],
  ['a parameter without value', { parameters: ['nobody'] }, 'has no initial value'],
  [
    'an initializer too short',
    { initializers: [{ ...graph.initializers[0], data: new Float32Array(1) }] },
    '1 elements',
  ],
  ['two values of one name', { inputs: [...graph.inputs, graph.inputs[0]] }, 'the name of another value'],
])('%s breaks the structure', (_, change, message) => {
  expect(() => checkGraph({ ...graph, ...change })).toThrow(message)
})

test('a value that is an input, or already an output, becomes an output through Identity', () => {
  const builder = GraphBuilder.create('outputs')
  const x = builder.input('x', [2])
  builder.output('same', x)
  const y = ops.relu(x)
  builder.output('a', y)
  builder.output('b', y)
  expect(builder.build().nodes.map(({ op, outputs }) => [op, ...outputs])).toEqual([
    ['Identity', 'same'],
    ['Relu', 'a'],
    ['Identity', 'b'],
  ])
})

test('a parity report names the distance of each output', async () => {
  const model = { run: async () => ({ y: Float32Array.of(1, 2.5), z: Float32Array.of(NaN) }) }
  const report = await parityReport(model, {}, { y: [1, 2], z: [0] })
  expect(report.outputs[0]).toEqual({
    name: 'y',
    elements: 2,
    maxDifference: 0.5,
    maxRelative: 0.25,
    meanDifference: 0.25,
  })
  expect(report.maxDifference).toBe(Infinity)
  await expect(parityReport(model, {}, { w: [1] })).rejects.toThrow('not "w"')
  await expect(parityReport(model, {}, { y: [1] })).rejects.toThrow('has 2 elements, expected 1')
})
