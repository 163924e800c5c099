import fc from 'fast-check'
import { compressWeights } from '../src/compress-weights.js'
import { decodeModel } from '../src/decode-model.js'
import { encodeModel } from '../src/encode-model.js'
import { float16Bits } from '../src/float16.js'
import { GraphBuilder } from '../src/graph-builder.js'
import { ops } from '../src/index.js'
import { quantizeProducts } from '../src/quantize-products.js'
import { parityReport } from '../src/parity-report.js'
import { ramp } from './all-operators.js'
import { load } from './run-model.js'

const builder = GraphBuilder.create('large')
const hidden = ops.tanh(ops.matMul(builder.input('x', ['batch', 32]), builder.parameter('w', [32, 256], ramp(8192))))
builder.output(
  'y',
  ops.gemm(hidden, builder.parameter('v', [256, 16], ramp(4096)), builder.parameter('b', [16], ramp(16))),
)
const graph = builder.build()
const feeds = { x: { data: ramp(320).map((value) => value / 10), dims: [10, 32] } }

test.each([
  ['float16', 0.52, 2e-3],
  ['int8', 0.3, 2e-2],
] as const)('%s weights: the file shrinks to that share, results stay that near', async (format, share, nearness) => {
  const whole = encodeModel(graph)
  const small = encodeModel(compressWeights(graph, format))
  expect(small.length / whole.length).toBeLessThan(share)
  const expected = await (await load(whole)).run(feeds)
  const largest = expected.y.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const report = await parityReport(await load(small), feeds, expected)
  expect(report.maxDifference / largest).toBeLessThan(nearness)
  expect(report.maxDifference).toBeGreaterThan(0)
  expect(decodeModel(small).nodes).toEqual(compressWeights(graph, format).nodes)
})

test('products in int8 stay that near, and their model is read back whole', async () => {
  const quantized = quantizeProducts(graph)
  expect(quantized.nodes.filter(({ op }) => op === 'MatMulInteger')).toHaveLength(2)
  expect(quantized.nodes.some(({ op }) => op === 'MatMul' || op === 'Gemm')).toBe(false)
  const bytes = encodeModel(quantized)
  expect(bytes.length / encodeModel(graph).length).toBeLessThan(0.32)
  const expected = await (await load(encodeModel(graph))).run(feeds)
  const largest = expected.y.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const report = await parityReport(await load(bytes), feeds, expected)
  expect(report.maxDifference / largest).toBeLessThan(3e-2)
  expect(report.maxDifference).toBeGreaterThan(0)
  expect(decodeModel(bytes).nodes).toEqual(quantized.nodes)
})

test('two products of a byte and a step fit the 16 bits in which processors without VNNI add them', () => {
  const steps = quantizeProducts(graph).initializers.filter(({ type }) => type === 'int8')
  expect(steps).toHaveLength(2)
  for (const { data } of steps) {
    const most = (data as Int8Array).reduce((highest, step) => Math.max(highest, Math.abs(step)), 0)
    expect(2 * 255 * most).toBeLessThan(2 ** 15)
    expect(most).toBe(64)
  }
})

test('a transposed matrix is quantised as it is multiplied, and small ones are left alone', async () => {
  const builder = GraphBuilder.create('transposed')
  const x = builder.input('x', ['batch', 8])
  const wide = ops.gemm(x, builder.parameter('w', [16, 8], ramp(128)), null, { transposeB: true })
  builder.output('y', ops.matMul(wide, builder.parameter('v', [16, 2], ramp(32))))
  const quantized = quantizeProducts(builder.build())
  expect(quantized.nodes.map(({ op }) => op).filter((op) => op.startsWith('MatMul'))).toEqual([
    'MatMulInteger',
    'MatMul',
  ])
  const inputs = { x: { data: ramp(24), dims: [3, 8] } }
  const expected = await (await load(encodeModel(builder.build()))).run(inputs)
  const report = await parityReport(await load(encodeModel(quantized)), inputs, expected)
  const largest = expected.y.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expect(report.maxDifference / largest).toBeLessThan(3e-2)
})

test('int8 needs opset 13', () => {
  expect(() => encodeModel(compressWeights(graph, 'int8'), { opset: 12 })).toThrow('DequantizeLinear needs opset 13')
})

test('16-bit floats are the nearest ones', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      const [bits] = float16Bits(Float32Array.of(value))
      const distance = Math.abs(valueOf(bits) - value)
      for (const neighbour of [bits - 1, bits + 1]) {
        const same = (neighbour & 0x8000) === (bits & 0x8000) && (neighbour & 0x7fff) <= 0x7c00 && neighbour >= 0
        if (same && Math.abs(value) < 65504) expect(distance).toBeLessThanOrEqual(Math.abs(valueOf(neighbour) - value))
      }
    }),
    { numRuns: 2000 },
  )
  expect(Array.from(float16Bits(Float32Array.of(1, -2, 65504, 65520, 2 ** -24, 0.1, -0, NaN)))).toEqual([
    0x3c00, 0xc000, 0x7bff, 0x7c00, 1, 0x2e66, 0x8000, 0x7e00,
  ])
  // Halfway between two: the even one.
  expect(Array.from(float16Bits(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11)))).toEqual([0x3c00, 0x3c02])
})

function valueOf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}
