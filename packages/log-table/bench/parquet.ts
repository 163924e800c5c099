// Rows through ParsedLogWriter and ParsedLogFile a second of processor time, made from HDFS lines. All threads
// count, other work on the machine hardly.
// SP_DATA=../shared/data node --import tsx packages/log-table/bench/parquet.ts [rows=500000]
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Dictionary, DictionaryColumn } from '../src/dictionary-column.js'
import { type Parameter, ParameterList } from '../src/parameter-column.js'
import type { ParsedLog } from '../src/parsed-log.js'
import { ParsedLogFile } from '../src/parsed-log-file.js'
import type { ParsedLogColumn } from '../src/parsed-log-schema.js'
import { ParsedLogWriter } from '../src/parsed-log-writer.js'

const rowTotal = Number(process.argv[2] ?? 500_000)
const batchRows = 8192
const data = process.env.SP_DATA ?? '../shared/data'
const lines = gunzipSync(readFileSync(join(data, 'hdfs_2percent/HDFS_2percent.log.gz')))
  .toString()
  .split('\n')
  .filter((line) => line !== '')

const templates = new Dictionary()
const dictionaries = { source: new Dictionary(), host: new Dictionary(), process: new Dictionary() }

/** A stand-in for the real parser: HDFS headers by position, four masks. */
function batchOfLines(start: number, rowCount: number): ParsedLog {
  const raw: string[] = []
  const masked: string[] = []
  const entries: Parameter[] = []
  const offsets = new Int32Array(rowCount + 1)
  const template = new Int32Array(rowCount)
  const process = new Int32Array(rowCount)
  const pid = new Int32Array(rowCount)
  const severity = new Int8Array(rowCount).fill(6)
  const host = new Int32Array(rowCount).fill(-1)
  const source = new Int32Array(rowCount).fill(dictionaries.source.codeOf('hdfs.log'))
  const timestamp = new Float64Array(rowCount)
  const byteOffset = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const line = lines[(start + row) % lines.length]
    const [, time, id, , name, message] = /^(\d+ \d+) (\d+) (\w+) (\S+): (.*)$/.exec(line) ?? [
      '',
      '',
      '0',
      '',
      '',
      line,
    ]
    const text = message.replace(/blk_-?\d+|(?:\d+\.){3}\d+(?::\d+)?|\/[\w./-]+|\b\d+\b/g, (value) => {
      const type = value.startsWith('blk_')
        ? 'BLOCK'
        : value.startsWith('/')
          ? 'PATH'
          : value.includes('.')
            ? 'IP'
            : 'NUM'
      entries.push({ type, value })
      return `<${type}>`
    })
    raw.push(line)
    masked.push(text)
    offsets[row + 1] = entries.length
    template[row] = templates.codeOf(text)
    process[row] = dictionaries.process.codeOf(name)
    pid[row] = Number(id)
    timestamp[row] = Date.UTC(2008, 10, 9) + Number(time.slice(-6)) * 1000
    byteOffset[row] = (start + row) * 141
  }
  return {
    rowCount,
    source: new DictionaryColumn(dictionaries.source.values, source),
    host: new DictionaryColumn(dictionaries.host.values, host),
    process: new DictionaryColumn(dictionaries.process.values, process),
    lineNo: Int32Array.from({ length: rowCount }, (_, row) => start + row),
    byteOffset,
    timestamp,
    pid,
    severity,
    raw,
    masked,
    parameters: new ParameterList(offsets, entries),
    template,
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function write(path: string): Promise<number> {
  const writer = await ParsedLogWriter.create(path)
  let seconds = 0
  for (let start = 0; start < rowTotal; start += batchRows) {
    const batch = batchOfLines(start, Math.min(batchRows, rowTotal - start))
    const begin = cpuSeconds()
    await writer.write(batch)
    seconds += cpuSeconds() - begin
  }
  const begin = cpuSeconds()
  await writer.finish(templates.values.map((text, code) => ({ id: String(code + 1), text, count: 0 })))
  return seconds + cpuSeconds() - begin
}

async function read(path: string, columns?: ParsedLogColumn[]): Promise<number> {
  const begin = cpuSeconds()
  const file = await ParsedLogFile.open(path)
  let rows = 0
  for await (const batch of file.batches({ columns })) {
    for (let row = 0; row < batch.rowCount; row++) rows += batch.raw.at(row) === undefined ? 0 : 1
  }
  await file.close()
  if (rows !== rowTotal) throw new Error(`read ${rows} rows`)
  return cpuSeconds() - begin
}

const folder = mkdtempSync(join(tmpdir(), 'log-table-bench-'))
const path = join(folder, 'parsed.parquet')
try {
  const rates = {
    write: [] as number[],
    readAll: [] as number[],
    readForWindows: [] as number[],
    readRaw: [] as number[],
  }
  for (let run = 0; run < 3; run++) {
    rates.write.push(rowTotal / (await write(path)))
    rates.readAll.push(rowTotal / (await read(path)))
    rates.readForWindows.push(rowTotal / (await read(path, ['template', 'timestamp', 'source', 'lineNo'])))
    rates.readRaw.push(rowTotal / (await read(path, ['raw'])))
  }
  const rowsPerCpuSecond = Object.fromEntries(
    Object.entries(rates).map(([name, runs]) => [name, runs.map((rate) => Math.round(rate))]),
  )
  const machine = { cpu: cpus()[0]?.model, node: process.version }
  const bytesPerRow = Math.round(statSync(path).size / rowTotal)
  console.log(JSON.stringify({ rows: rowTotal, rowsPerCpuSecond, bytesPerRow, ...machine }))
} finally {
  rmSync(folder, { recursive: true })
}
