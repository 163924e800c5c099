import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Dictionary } from '../src/dictionary-column.js'
import { DistinctTexts } from '../src/distinct-texts.js'
import { type ParameterList, ParameterSpans } from '../src/parameter-column.js'
import type { ParsedLog } from '../src/parsed-log.js'
import { ParsedLogFile } from '../src/parsed-log-file.js'
import { ParsedLogWriter } from '../src/parsed-log-writer.js'
import type { TemplateTable } from '../src/template-table.js'
import { TextBytes } from '../src/text-bytes.js'
import { type Row, batchOf, exampleRow, newDictionaries, rowsOf } from './example-rows.js'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-table-'))
  path = join(folder, 'parsed.parquet')
})
afterEach(() => rm(folder, { recursive: true }))

const templates: TemplateTable = [
  { id: '1', text: 'Accepted password for root from <IP> port <NUM>', count: 0 },
  { id: '2', text: 'größer 🙂 <*>', count: 0 },
  { id: 'n1', text: '', count: 0 },
  // A code that turned out to mean the first template.
  { id: '1', text: 'Accepted password for root from <IP> port <NUM>', count: 0 },
]

async function writeRows(rows: readonly Row[], { rowGroupSize = 65_536, batchSize = 7 } = {}): Promise<void> {
  const writer = await ParsedLogWriter.create(path, { rowGroupSize })
  const dictionaries = newDictionaries()
  for (let start = 0; start < rows.length; start += batchSize) {
    await writer.write(batchOf(rows.slice(start, start + batchSize), dictionaries))
  }
  await writer.finish(templates)
}

async function readRows(options?: Parameters<ParsedLogFile['batches']>[0]) {
  const file = await ParsedLogFile.open(path)
  const rows: ReturnType<typeof rowsOf> = []
  for await (const batch of file.batches(options)) rows.push(...rowsOf(batch, file.templates))
  await file.close()
  return { rows, templates: file.templates, rowCount: file.rowCount }
}

/** What a row reads back as: template by id, lone surrogates as U+FFFD. */
function expected(row: Row) {
  return {
    ...row,
    host: row.host && wellFormed(row.host),
    process: row.process && wellFormed(row.process),
    source: row.source && wellFormed(row.source),
    raw: wellFormed(row.raw),
    masked: wellFormed(row.masked),
    template: templates[row.template]?.id ?? null,
    parameters: row.parameters.map(({ type, value }) => ({ type: wellFormed(type), value: wellFormed(value) })),
  }
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '🙂', '\ud83d', 'a\udc00b', 'tab\t"quoted" \\ \u0000', 'ä'),
)
const someText = fc.option(fc.oneof(fc.constantFrom('a', 'b'), anyText))
// Microseconds from 1685 to 2255, milliseconds from year 1 to year 4253: what a float of milliseconds can hold.
const anyTime = fc.oneof(
  fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 }).map((micros) => micros / 1000),
  fc.integer({ min: -62_135_596_800_000, max: 72_000_000_000_000 }),
)
const anyRow: fc.Arbitrary<Row> = fc.record({
  lineNo: fc.nat(2 ** 31 - 1),
  timestamp: fc.option(anyTime),
  host: someText,
  process: someText,
  raw: anyText,
  masked: anyText,
  template: fc.integer({ min: -1, max: templates.length - 1 }),
  pid: fc.option(fc.nat(2 ** 31 - 1)),
  severity: fc.integer({ min: -1, max: 7 }),
  source: someText,
  byteOffset: fc.option(fc.maxSafeNat()),
  parameters: fc.array(fc.record({ type: fc.constantFrom('IP', 'NUM'), value: anyText }), { maxLength: 3 }),
})

test('what is written is what is read, whatever the rows, the batches and the row groups', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 40 }),
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 1, max: 15 }),
      async (rows, rowGroupSize, batchSize) => {
        await writeRows(rows, { rowGroupSize, batchSize })
        const read = await readRows()
        expect(read.rows).toEqual(rows.map(expected))
        expect(read.rowCount).toBe(rows.length)
      },
    ),
    { numRuns: 150 },
  )
})

test('texts and parameters in bytes make the same file as strings', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), fc.integer({ min: 1, max: 15 }), async (rows, batchSize) => {
      await writeRows(rows, { rowGroupSize: 12, batchSize })
      const fromStrings = await readFile(path)
      const writer = await ParsedLogWriter.create(path, { rowGroupSize: 12 })
      const dictionaries = newDictionaries()
      const masked = new Dictionary()
      for (let start = 0; start < rows.length; start += batchSize) {
        const piece = rows.slice(start, start + batchSize)
        await writer.write(inBytes(piece, batchOf(piece, dictionaries), masked))
      }
      await writer.finish(templates)
      expect((await readFile(path)).equals(fromStrings)).toBe(true)
    }),
    { numRuns: 150 },
  )
})

function inBytes(rows: readonly Row[], batch: ParsedLog, masked: Dictionary): ParsedLog {
  const parameters = rows.flatMap((row) => row.parameters)
  const values = TextBytes.from(parameters.map(({ value }) => value))
  const typeNames = ['IP', 'NUM']
  const types = Uint8Array.from(parameters, ({ type }) => typeNames.indexOf(type))
  const { offsets } = batch.parameters as ParameterList
  const codes = Int32Array.from(rows, (row) => masked.codeOf(row.masked))
  return {
    ...batch,
    raw: TextBytes.from(rows.map(({ raw }) => raw)),
    masked: new DistinctTexts(masked.values, codes),
    parameters: new ParameterSpans(values, { offsets, types, starts: values.starts, ends: values.ends, typeNames }),
  }
}

test('a masked text that never repeats turns from a dictionary to plain text and reads the same', async () => {
  const rows = Array.from({ length: 5000 }, (_, lineNo) => exampleRow({ lineNo, masked: `message ${lineNo}` }))
  await writeRows(rows, { rowGroupSize: 4000, batchSize: 999 })
  expect((await readRows()).rows).toEqual(rows.map(expected))
})

test('a dictionary of any size reads back', async () => {
  for (const size of [1, 2, 3, 255, 256, 257, 5000]) {
    const rows = Array.from({ length: 5000 }, (_, lineNo) => exampleRow({ lineNo, host: `host-${lineNo % size}` }))
    await writeRows(rows, { batchSize: 5000 })
    expect((await readRows({ columns: ['host'] })).rows.map(({ host }) => host)).toEqual(rows.map(({ host }) => host))
  }
})

test('batches of different streams, with dictionaries of their own, go into one file', async () => {
  const writer = await ParsedLogWriter.create(path)
  const rows = ['b', 'a', null, 'c'].map((host, lineNo) => exampleRow({ host, lineNo }))
  for (const row of rows) await writer.write(batchOf([row]))
  await writer.finish(templates)
  expect((await readRows()).rows).toEqual(rows.map(expected))
})

test('the final template texts stand in every row group, whatever they were before', async () => {
  const rows = Array.from({ length: 100 }, (_, lineNo) => exampleRow({ lineNo, template: lineNo % 3 }))
  await writeRows(rows, { rowGroupSize: 8 })
  const read = await readRows()
  expect(read.templates).toEqual([
    { ...templates[0], count: 34 },
    { ...templates[1], count: 33 },
    { ...templates[2], count: 33 },
  ])
})

test('row ranges cut through row groups and count only their own templates', async () => {
  const rows = Array.from({ length: 100 }, (_, lineNo) => exampleRow({ lineNo, template: lineNo < 50 ? 0 : 1 }))
  await writeRows(rows, { rowGroupSize: 16 })
  const read = await readRows({ startRow: 15, endRow: 52 })
  expect(read.rows).toEqual(rows.slice(15, 52).map(expected))
  expect(read.templates.map(({ count }) => count)).toEqual([35, 2])
})

test('columns that are not asked for read as if the file had no values', async () => {
  await writeRows([exampleRow({ lineNo: 5, byteOffset: 9 })])
  const { rows, templates: read } = await readRows({ columns: ['raw'] })
  expect(rows).toEqual([
    {
      lineNo: 0,
      timestamp: null,
      host: null,
      process: null,
      raw: exampleRow().raw,
      masked: '',
      template: null,
      pid: null,
      severity: -1,
      source: null,
      byteOffset: null,
      parameters: [],
    },
  ])
  expect(read).toEqual([])
})

test('a second iteration gives the same codes and counts anew', async () => {
  await writeRows([exampleRow({ template: 1 }), exampleRow({ template: 0 }), exampleRow({ template: 1 })])
  const file = await ParsedLogFile.open(path)
  const codes: number[][] = []
  for (const options of [{}, { startRow: 1 }]) {
    for await (const batch of file.batches(options)) codes.push([...batch.template])
  }
  expect(codes).toEqual([
    [0, 1, 0],
    [1, 0],
  ])
  expect(file.templates.map(({ id, count }) => [id, count])).toEqual([
    ['2', 1],
    ['1', 1],
  ])
  await file.close()
})

test('a log without rows is a file without rows', async () => {
  await writeRows([])
  expect(await readRows()).toEqual({ rows: [], templates: [], rowCount: 0 })
})

test('the writer holds at most one row group, however many rows pass through', async () => {
  const writer = await ParsedLogWriter.create(path, { rowGroupSize: 100 })
  const held: number[] = []
  for (let batch = 0; batch < 67; batch++) {
    await writer.write(batchOf(Array.from({ length: 30 }, (_, row) => exampleRow({ lineNo: 30 * batch + row }))))
    held.push(writer.bufferedRowCount)
  }
  expect(Math.max(...held)).toBeLessThan(100)
  expect(writer.rowCount).toBe(2010)
  await writer.finish(templates)
  expect((await readRows()).rowCount).toBe(2010)
})

test('huge lines close a row group by their bytes, long before its rows are full', async () => {
  const writer = await ParsedLogWriter.create(path)
  const raw = 'ä'.repeat(2 ** 19)
  const held: number[] = []
  for (let lineNo = 0; lineNo < 150; lineNo++) {
    await writer.write(batchOf([exampleRow({ lineNo, raw })]))
    held.push(writer.bufferedRowCount)
  }
  expect(Math.max(...held)).toBeLessThanOrEqual(64)
  await writer.finish(templates)
  const { rows } = await readRows({ columns: ['raw'], startRow: 60 })
  expect(rows.length).toBe(90)
  expect(rows.every((row) => row.raw === raw)).toBe(true)
})

test('one batch of long lines is split too', async () => {
  const raw = 'x'.repeat(3 * 2 ** 20)
  await writeRows(
    Array.from({ length: 5 }, (_, lineNo) => exampleRow({ lineNo, raw })),
    { batchSize: 5 },
  )
  const { rows } = await readRows()
  expect(rows.map(({ lineNo }) => lineNo)).toEqual([0, 1, 2, 3, 4])
  expect(rows.every((row) => row.raw === raw)).toBe(true)
})

test.each([0, -1, 1.5, NaN])('a row group of %s rows is refused', async (rowGroupSize) => {
  await expect(ParsedLogWriter.create(path, { rowGroupSize })).rejects.toThrow(RangeError)
  expect(await readdir(folder)).toEqual([])
})

test('the same rows give the same bytes', async () => {
  const rows = Array.from({ length: 50 }, (_, lineNo) => exampleRow({ lineNo }))
  await writeRows(rows, { rowGroupSize: 16 })
  const first = await readFile(path)
  await writeRows(rows, { rowGroupSize: 16, batchSize: 50 })
  expect((await readFile(path)).equals(first)).toBe(true)
})

test('after finish nothing but the file is left', async () => {
  await writeRows([exampleRow()])
  expect(await readdir(folder)).toEqual(['parsed.parquet'])
})
