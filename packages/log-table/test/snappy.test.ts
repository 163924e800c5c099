import fc from 'fast-check'
import { snappyUncompress } from 'hyparquet'
import { snappyCompress } from '../src/snappy.js'

function uncompress(compressed: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size)
  snappyUncompress(compressed, output)
  return output
}

test('uncompressing gives back any bytes, repetitive or not', () => {
  const repetitive = fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 200 })), {
      maxLength: 20,
    })
    .map((runs) => Uint8Array.from(runs.flatMap(([bytes, times]) => new Array(times).fill([...bytes]).flat())))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), repetitive), (bytes) => {
      expect(Buffer.compare(uncompress(snappyCompress(bytes), bytes.length), bytes)).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test.each([59, 60, 61, 255, 256, 257, 65_535, 65_536, 65_537, 2 ** 24 + 1])(
  'a literal of %d bytes and a copy from afar come back',
  (size) => {
    let state = 1
    const noise = new Uint8Array(size)
    for (let at = 0; at < size; at++) noise[at] = (state = Math.imul(state, 48_271) & 0x7fffffff) >>> 16
    const bytes = new Uint8Array(size + 100)
    bytes.set(noise)
    bytes.set(noise.subarray(0, 100), size)
    expect(Buffer.compare(uncompress(snappyCompress(bytes), bytes.length), bytes)).toBe(0)
  },
)

test('repetition shrinks', () => {
  expect(snappyCompress(new Uint8Array(100_000)).length).toBeLessThan(5000)
})
