import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { ParsedLogFile } from '../src/parsed-log-file.js'
import { ParsedLogWriter } from '../src/parsed-log-writer.js'
import { batchOf, exampleRow, rowsOf } from './example-rows.js'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-table-'))
  path = join(folder, 'parsed.parquet')
})
afterEach(() => rm(folder, { recursive: true }))

// As pandas writes the reference format: 64-bit line numbers, template ids as text, times without zone.
const referenceColumns: ColumnSource[] = [
  { name: 'line_no', data: BigInt64Array.of(2n, 0n, 1n) },
  { name: 'timestamp', data: [null, new Date(1_700_000_000_000), new Date(1_700_000_001_500)], type: 'TIMESTAMP' },
  { name: 'host', data: [null, 'web-1', 'web-1'], type: 'STRING' },
  { name: 'process', data: [null, 'sshd', 'cron'], type: 'STRING' },
  { name: 'raw', data: ['???', 'Failed for root', 'job 7'], type: 'STRING' },
  { name: 'masked', data: ['???', 'Failed for root', 'job <NUM>'], type: 'STRING' },
  { name: 'template_id', data: ['3', '1', '2'], type: 'STRING' },
  { name: 'template', data: ['???', 'Failed for <*>', 'job <NUM>'], type: 'STRING' },
]

async function writeReference(columnData: readonly ColumnSource[]): Promise<void> {
  await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData: [...columnData] })))
}

test('a file with the eight columns of the reference format reads, what it lacks as nulls', async () => {
  await writeReference(referenceColumns)
  const file = await ParsedLogFile.open(path)
  expect(file.rowCount).toBe(3)
  const absent = { pid: null, severity: -1, source: null, byteOffset: null, parameters: [] }
  for await (const batch of file.batches()) {
    expect(rowsOf(batch, file.templates)).toEqual([
      { lineNo: 2, timestamp: null, host: null, process: null, raw: '???', masked: '???', template: '3', ...absent },
      {
        lineNo: 0,
        timestamp: 1_700_000_000_000,
        host: 'web-1',
        process: 'sshd',
        raw: 'Failed for root',
        masked: 'Failed for root',
        template: '1',
        ...absent,
      },
      {
        lineNo: 1,
        timestamp: 1_700_000_001_500,
        host: 'web-1',
        process: 'cron',
        raw: 'job 7',
        masked: 'job <NUM>',
        template: '2',
        ...absent,
      },
    ])
  }
  expect(file.templates).toEqual([
    { id: '3', text: '???', count: 1 },
    { id: '1', text: 'Failed for <*>', count: 1 },
    { id: '2', text: 'job <NUM>', count: 1 },
  ])
  await file.close()
})

test('one large row group without page index comes in batches of bounded size', async () => {
  const rowCount = 150_000
  const data = Array.from({ length: rowCount }, (_, row) => `line ${row}`)
  await writeReference(
    referenceColumns.map((column) => {
      if (column.name === 'line_no')
        return { name: 'line_no', data: Int32Array.from({ length: rowCount }, (_, row) => row) }
      return { ...column, data: column.name === 'raw' ? data : new Array(rowCount).fill(column.data[1]) }
    }),
  )
  const file = await ParsedLogFile.open(path)
  const sizes: number[] = []
  let next = 10
  for await (const batch of file.batches({ startRow: 10 })) {
    sizes.push(batch.rowCount)
    expect(batch.raw.at(0)).toBe(`line ${next}`)
    expect(batch.lineNo[batch.rowCount - 1]).toBe(next + batch.rowCount - 1)
    next += batch.rowCount
  }
  expect(next).toBe(rowCount)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536)
  await file.close()
})

test.each(referenceColumns.map(({ name }) => name))('a file without the column %s is refused by name', async (name) => {
  await writeReference(referenceColumns.filter((column) => column.name !== name))
  await expect(ParsedLogFile.open(path)).rejects.toMatchObject({
    name: 'LogTableError',
    code: 'missing-column',
    message: expect.stringContaining(`lacks the columns ${name} `),
  })
})

test.each([
  ['empty', ''],
  ['short', 'x'],
  ['text', 'Jan 31 23:59:58 web-1 sshd[42]: Accepted password\n'.repeat(20)],
  ['the magic alone', 'PAR1PAR1'],
])('a file that is %s is refused as no parquet', async (_, content) => {
  await writeFile(path, content)
  await expect(ParsedLogFile.open(path)).rejects.toMatchObject({
    code: 'not-parquet',
    message: expect.stringContaining('is not a parquet file'),
  })
})

test('a file cut off anywhere is refused, never read in part', async () => {
  const writer = await ParsedLogWriter.create(path)
  await writer.write(batchOf([exampleRow(), exampleRow()]))
  await writer.finish([{ id: '1', text: 'x', count: 2 }])
  const whole = await readFile(path)
  for (const size of [4, 100, whole.length >> 1, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, size))
    await expect(ParsedLogFile.open(path)).rejects.toMatchObject({ code: 'not-parquet' })
  }
})

test('a missing file and a folder are told apart', async () => {
  await expect(ParsedLogFile.open(path)).rejects.toMatchObject({
    code: 'missing-file',
    message: expect.stringContaining('parsed.parquet'),
  })
  await expect(ParsedLogFile.open(folder)).rejects.toMatchObject({ code: 'read-failed' })
})
