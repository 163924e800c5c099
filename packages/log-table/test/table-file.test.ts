import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type TableColumn, readTable, writeTable, writeTemplateTable } from '../src/table-file.js'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-table-'))
  path = join(folder, 'table.parquet')
})
afterEach(() => rm(folder, { recursive: true }))

const micros = fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 }).map((us) => us / 1000)
const values = {
  string: fc.string({ unit: 'grapheme' }),
  json: fc.oneof(fc.dictionary(fc.constantFrom('a', 'b'), fc.integer()), fc.array(fc.string({ unit: 'grapheme' }))),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  double: fc.double({ noNaN: true }),
  timestamp: micros,
  boolean: fc.boolean(),
} as const
const types = Object.keys(values) as (keyof typeof values)[]

test('every type of column reads back as it was written, nulls too', async () => {
  const tables = fc
    .integer({ min: 0, max: 30 })
    .chain((length) =>
      fc.tuple(
        ...types.map((type) =>
          fc
            .array(fc.option(values[type] as fc.Arbitrary<unknown>), { minLength: length, maxLength: length })
            .map((data): TableColumn => ({ name: `a_${type}`, type, data })),
        ),
      ),
    )
  await fc.assert(
    fc.asyncProperty(tables, async (columns) => {
      await writeTable(path, columns)
      expect(await readTable(path)).toEqual(Object.fromEntries(columns.map(({ name, data }) => [name, data])))
    }),
    { numRuns: 100 },
  )
})

test('typed arrays are columns, NaN the null of integers and times', async () => {
  await writeTable(path, [
    { name: 'score', type: 'double', data: Float64Array.of(0.5, NaN) },
    { name: 'time', type: 'timestamp', data: Float64Array.of(1.5, NaN) },
    { name: 'start', type: 'int64', data: Float64Array.of(2 ** 40, NaN) },
    { name: 'row', type: 'int32', data: Int32Array.of(1, -1) },
    { name: 'is_anomaly', type: 'boolean', data: Uint8Array.of(1, 0) },
  ])
  expect(await readTable(path)).toEqual({
    score: [0.5, NaN],
    time: [1.5, null],
    start: [2 ** 40, null],
    row: [1, -1],
    is_anomaly: [true, false],
  })
  expect(await readdir(folder)).toEqual(['table.parquet'])
})

test('a table of more rows than one row group reads back whole', async () => {
  const data = Int32Array.from({ length: 120_000 }, (_, row) => row)
  await writeTable(path, [{ name: 'row', type: 'int32', data }])
  expect((await readTable(path)).row).toEqual(Array.from(data))
})

test('templates.parquet has id, text and count in the order of the table', async () => {
  await writeTemplateTable(path, [
    { id: '2', text: 'job <NUM>', count: 5 },
    { id: '1', text: 'größer <*>', count: 2 ** 33 },
  ])
  expect(await readTable(path)).toEqual({
    template_id: ['2', '1'],
    template: ['job <NUM>', 'größer <*>'],
    count: [5, 2 ** 33],
  })
})

test('only the columns that are asked for are read; one that is not there is absent', async () => {
  const column = { type: 'int32' as const, data: [1, 2] }
  await writeTable(path, [
    { name: 'a', ...column },
    { name: 'b', ...column },
  ])
  expect(await readTable(path, { columns: ['b', 'c'] })).toEqual({ b: [1, 2] })
})
