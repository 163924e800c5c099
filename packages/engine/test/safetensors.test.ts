import fc from 'fast-check'
import { EngineError } from '../src/errors.js'
import { decodeWeights, encodeWeights } from '../src/safetensors.js'

const file = fc.record({
  tensors: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && name !== '__metadata__'),
    fc.float32Array({ maxLength: 9 }).map((data) => ({ shape: [data.length], data: Float32Array.from(data) })),
    { noNullPrototype: true },
  ),
  metadata: fc.dictionary(fc.constantFrom('a', 'b'), fc.string(), { noNullPrototype: true }),
})

test('what is written is read back', () => {
  fc.assert(fc.property(file, (weights) => expect(decodeWeights(encodeWeights(weights))).toEqual(weights)))
})

test('reads weights from a Buffer, as files are read', () => {
  const bytes = encodeWeights({ tensors: { w: { shape: [2], data: Float32Array.of(1, 2) } }, metadata: {} })
  const { tensors } = decodeWeights(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1))
  expect([...tensors.w.data]).toEqual([1, 2])
})

test('bytes cut off or changed are an error of ours or still weights', () => {
  const bytes = encodeWeights({ tensors: { w: { shape: [2, 3], data: new Float32Array(6) } }, metadata: {} })
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      for (const broken of [bytes.slice(0, at), bytes.with(at, value)]) {
        try {
          decodeWeights(broken)
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['a tensor that is null', '{"w":null}'],
  ['a tensor without shape', '{"w":{"dtype":"F32","data_offsets":[0,0]}}'],
  ['another element type', '{"w":{"dtype":"F16","shape":[0],"data_offsets":[0,0]}}'],
  ['a place beyond the end', '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'],
  ['no object', '7'],
])('%s is refused', (_, header) => {
  const bytes = new Uint8Array(8 + header.length)
  bytes[0] = header.length
  bytes.set(new TextEncoder().encode(header), 8)
  expect(() => decodeWeights(bytes)).toThrow('expected a whole safetensors file')
})
