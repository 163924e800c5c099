import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { ParsedLogWriter } from '../src/parsed-log-writer.js'
import { writeTable } from '../src/table-file.js'
import { batchOf, exampleRow } from './example-rows.js'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'log-table-'))))
afterEach(() => rm(folder, { recursive: true }))

// Another implementation of parquet reads our files. It may not fetch extensions.
async function query(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][]
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const templates = [
  { id: '1', text: 'Accepted password for root from <IP> port <NUM>', count: 30 },
  { id: '2', text: 'größer 🙂', count: 30 },
]

async function writeExample(): Promise<string> {
  const path = join(folder, 'parsed.parquet')
  const rows = Array.from({ length: 60 }, (_, lineNo) =>
    exampleRow({
      lineNo,
      template: lineNo % 2,
      byteOffset: 3_000_000_000 + lineNo,
      host: lineNo % 5 === 0 ? null : `web-${lineNo % 5}`,
      timestamp: lineNo === 3 ? null : 1_700_000_000_000.001 + lineNo,
      pid: lineNo % 7 === 0 ? null : lineNo,
      severity: (lineNo % 9) - 1,
      raw: `line ${lineNo} größer 🙂`,
    }),
  )
  const writer = await ParsedLogWriter.create(path, { rowGroupSize: 16 })
  await writer.write(batchOf(rows))
  await writer.finish(templates)
  return path
}

test('DuckDB sees the columns of the format, in order, with their types', async () => {
  const path = await writeExample()
  const columns = await query(`select column_name, column_type from (describe select * from '${path}')`)
  expect(columns.map(([name, type]) => `${name} ${type}`)).toEqual([
    'line_no INTEGER',
    'timestamp TIMESTAMP',
    'host VARCHAR',
    'process VARCHAR',
    'raw VARCHAR',
    'masked VARCHAR',
    'template_id VARCHAR',
    'template VARCHAR',
    'pid INTEGER',
    'severity VARCHAR',
    'source VARCHAR',
    'byte_offset BIGINT',
    'parameters JSON',
  ])
})

test('DuckDB reads the values that were written', async () => {
  const path = await writeExample()
  const rows = await query(`select * from '${path}' where line_no in (0, 3, 59) order by line_no`)
  const parameters = '[{"type":"IP","value":"10.0.0.7"},{"type":"NUM","value":"22"}]'
  const masked = exampleRow().masked
  const [first, second] = templates
  expect(rows).toEqual([
    [
      0,
      '2023-11-14 22:13:20.000001',
      null,
      'sshd',
      'line 0 größer 🙂',
      masked,
      '1',
      first.text,
      null,
      null,
      'auth.log',
      '3000000000',
      parameters,
    ],
    [
      3,
      null,
      'web-3',
      'sshd',
      'line 3 größer 🙂',
      masked,
      '2',
      second.text,
      3,
      'critical',
      'auth.log',
      '3000000003',
      parameters,
    ],
    [
      59,
      '2023-11-14 22:13:20.059001',
      'web-4',
      'sshd',
      'line 59 größer 🙂',
      masked,
      '2',
      second.text,
      59,
      'warning',
      'auth.log',
      '3000000059',
      parameters,
    ],
  ])
})

test('DuckDB skips row groups by the bounds of line, time, offset and template', async () => {
  const path = await writeExample()
  const bounds = await query(
    `select path_in_schema, stats_min_value, stats_max_value, stats_null_count from parquet_metadata('${path}')
     where row_group_id = 0 and stats_min_value is not null order by column_id`,
  )
  expect(bounds).toEqual([
    ['line_no', '0', '15', '0'],
    ['timestamp', '2023-11-14 22:13:20.000001', '2023-11-14 22:13:20.015001', '1'],
    ['template_id', '1', '2', '0'],
    ['byte_offset', '3000000000', '3000000015', '0'],
  ])
  expect(await query(`select count(*) from '${path}' where byte_offset > 3000000040 and template_id = '1'`)).toEqual([
    ['9'],
  ])
})

test('DuckDB reads parameters with its JSON functions', async () => {
  const path = await writeExample()
  expect(await query(`select distinct json_extract_string(parameters, '$[0].value') from '${path}'`)).toEqual([
    ['10.0.0.7'],
  ])
})

test('DuckDB reads a small table', async () => {
  const path = join(folder, 'scores.parquet')
  await writeTable(path, [
    { name: 'name', type: 'string', data: ['a', null] },
    { name: 'score', type: 'double', data: Float64Array.of(0.5, -1) },
    { name: 'row', type: 'int32', data: Int32Array.of(1, 2) },
    { name: 'offset', type: 'int64', data: Float64Array.of(2 ** 40, NaN) },
    { name: 'time', type: 'timestamp', data: [0.001, NaN] },
    { name: 'is_anomaly', type: 'boolean', data: Uint8Array.of(1, 0) },
    { name: 'evidence', type: 'json', data: [{ a: [1] }, null] },
  ])
  expect(await query(`select * from '${path}'`)).toEqual([
    ['a', 0.5, 1, '1099511627776', '1970-01-01 00:00:00.000001', true, '{"a":[1]}'],
    [null, -1, 2, null, null, false, null],
  ])
})
