import { seededRandom } from '@sp/engine'
import { scoreValues, trainValueModel, type ValueSeries } from '../src/value-model.js'

/** A column of values as a series of one template. */
function series(values: readonly number[]): ValueSeries {
  return {
    template: 2,
    columns: ['1'],
    rows: Int32Array.from(values.keys()),
    values: Float64Array.from(values),
  }
}

function noisy(count: number, of: (i: number) => number, seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => of(i) * (1 + 0.02 * random.normal()))
}

test('a value far from what its column is used to is strange, the others are not', async () => {
  const model = await trainValueModel([series(noisy(500, () => 100, 1))])
  const values = noisy(200, () => 100, 2)
  values[150] = 1000
  const { isStrange, value, column } = await scoreValues(model, [series(values)])
  expect(isStrange[150]).toBe(1)
  expect([column[150], value[150]]).toEqual(['1', 1000])
  expect(isStrange.reduce((sum, flag) => sum + flag, 0)).toBeLessThanOrEqual(3)
})

test('where values follow a pattern, the network sees a normal value at the wrong time', async () => {
  function pattern(i: number): number {
    return i % 2 === 0 ? 10 : 1000
  }
  const model = await trainValueModel([series(noisy(600, pattern, 1))])
  expect(model.templates[0].weights).not.toBeNull()
  const values = noisy(100, pattern, 2)
  values[60] = 1000
  const { isStrange } = await scoreValues(model, [series(values)])
  expect(isStrange[60]).toBe(1)
  expect(isStrange.subarray(0, 60).reduce((sum, flag) => sum + flag, 0)).toBeLessThanOrEqual(2)
})

test('of a counter the step is judged, not the height', async () => {
  const model = await trainValueModel([series(Array.from({ length: 300 }, (_, i) => 1000 + i))])
  expect(model.templates[0].isCounter).toEqual([true])
  const values = Array.from({ length: 50 }, (_, i) => 90_000 + i + (i >= 30 ? 5000 : 0))
  const { isStrange } = await scoreValues(model, [series(values)])
  expect([...isStrange.keys()].filter((i) => isStrange[i])).toEqual([30])
})

test('where nothing predicts, the centre does', async () => {
  const random = seededRandom(3)
  const model = await trainValueModel([series(Array.from({ length: 400 }, () => 50 + random.normal()))])
  expect(model.templates[0].weights).toBeNull()
})

test('same seed, same model; templates with few rows have none', async () => {
  const given = [series(noisy(150, (i) => 10 + (i % 3), 1))]
  expect(await trainValueModel(given)).toEqual(await trainValueModel(given))
  expect((await trainValueModel([series(noisy(50, () => 1, 1))])).templates).toEqual([])
})

test('values that are missing are not judged', async () => {
  const model = await trainValueModel([series(noisy(200, () => 100, 1))])
  const { deviations } = await scoreValues(model, [series([100, NaN, 100])])
  expect(deviations[1]).toBe(0)
})

test('a column of the model without a number is told, other columns are refused', async () => {
  const model = await trainValueModel([series(noisy(200, () => 100, 1))])
  expect((await scoreValues(model, [series([NaN, NaN])])).columnsNotJudged).toEqual([{ template: 2, column: '1' }])
  expect((await scoreValues(model, [series([NaN, 100])])).columnsNotJudged).toEqual([])
  await expect(scoreValues(model, [{ ...series([100]), columns: ['gap'] }])).rejects.toThrow('those of the model 1')
})
