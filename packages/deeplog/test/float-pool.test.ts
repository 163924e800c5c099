import { FloatPool } from '../src/float-pool.js'

test('rows stay where they are while others are put, and memory is used again', () => {
  const pool = new FloatPool(30_000)
  const values = [0, 1, 2, 3, 4]
  const places = values.map((value) => pool.put(new Float32Array(30_010).fill(value, 10), 10))
  expect(places.map((place) => [pool.at(place)[0], pool.at(place)[29_999]])).toEqual(values.map((v) => [v, v]))
  expect(pool.floats).toBe(150_000)
  const { buffer } = pool.at(0)
  pool.clear()
  expect(pool.floats).toBe(0)
  expect(pool.at(pool.put(new Float32Array(30_000))).buffer).toBe(buffer)
})

test('a row may be longer than what memory is got for at a time', () => {
  const pool = new FloatPool(100_000)
  pool.put(new Float32Array(100_000))
  expect(pool.at(pool.put(new Float32Array(100_000).fill(7)))[99_999]).toBe(7)
})
