import fc from 'fast-check'
import { OnnxExportError } from '../src/errors.js'
import { GraphBuilder } from '../src/graph-builder.js'
import { ops } from '../src/index.js'
import { broadcast, elementCount, quotient } from '../src/shape.js'

const builder = GraphBuilder.create('shapes')
const x = builder.input('x', ['batch', 4])
const y = builder.input('y', [3, 5])
const image = builder.input('image', ['batch', 2, 6, 6])

test.each([
  ['MatMul', () => ops.matMul(x, y), '[batch, 4]', '[3, 5]'],
  ['Gemm', () => ops.gemm(x, y), '[batch, 4]', '[3, 5]'],
  ['Add', () => ops.add(x, y), '[batch, 4]', '[3, 5]'],
  ['Concat', () => ops.concat([x, y], 0), '[batch, 4]', '[3, 5]'],
  ['Conv', () => ops.conv(image, y), '[batch, 2, 6, 6]', '[n, in, h, w]'],
  ['Reshape', () => ops.reshape(x, [7, 3]), '[batch, 4]', '[7, 3]'],
  ['Split', () => ops.split(x, [1, 2], 1), '[batch, 4]', '1 + 2'],
  ['Slice', () => ops.slice(x, { axes: [1], starts: [3], ends: [2] }), '[batch, 4]', '3 to 2'],
  ['Squeeze', () => ops.squeeze(x, [1]), '[batch, 4]', '[1]'],
  ['Softmax', () => ops.softmax(x, 2), 'axis 2', '2 axes'],
])('%s names itself and the shapes that do not fit', (op, build, first, second) => {
  expect(build).toThrow(OnnxExportError)
  expect(build).toThrow(op)
  expect(build).toThrow(first)
  expect(build).toThrow(second)
})

test('element types have to agree', () => {
  const ids = builder.input('ids', ['batch', 4], 'int32')
  expect(() => ops.add(x, ids)).toThrow('Add: float32 meets int32; cast one of them')
  expect(() => ops.gather(x, x)).toThrow('indices are float32')
})

test('a name stands for one value, and a value belongs to one graph', () => {
  expect(() => builder.input('x', [1])).toThrow('already has a value "x"')
  const other = GraphBuilder.create('other').input('z', ['batch', 4])
  expect(() => ops.add(x, other)).toThrow('belongs to another graph')
})

test('a symbolic dimension multiplies and divides', () => {
  expect(ops.reshape(builder.input('windows', ['batch', 50]), [-1]).shape).toEqual(['50*batch'])
  expect(ops.reshape(builder.input('flat', ['50*batch', 8]), [50, 'batch', 8]).shape).toEqual([50, 'batch', 8])
  expect(ops.split(builder.input('steps', ['50*batch', 8]), 50, 0)[49].shape).toEqual(['batch', 8])
  expect(quotient('6*n', 4)).toBeNull()
})

test('broadcasting does not depend on the order, and never loses elements', () => {
  const shape = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 4 })
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      const both = broadcast(a, b)
      expect(broadcast(b, a)).toEqual(both)
      if (both !== null)
        expect(elementCount(both)).toBeGreaterThanOrEqual(Math.max(Number(elementCount(a)), Number(elementCount(b))))
    }),
  )
})
