// How fast lines become rows: `npm run bench:parse -- [--data <dir>] [--drain3 <checkout>] [--quick]`.
// The path measured is the real one: bytes of a file → lines → header → default masks → miner → finished rows.
import { spawnSync } from 'node:child_process'
import { createWriteStream, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Drain, NoveltyMiner, type TemplateMiner } from '@sp/drain'
import { openSources, readRecords } from '@sp/log-reader'
import { ParsedLogWriter } from '@sp/log-table'
import { Masker } from '@sp/masking'
import { parseLog } from '@sp/pipeline'
import { machineLine, median } from './machine.js'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.SP_DATA ?? '../shared/data' },
    drain3: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const data = flags.data
const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'bench-parse-'))
const rounds = flags.quick ? 2 : 5

interface FileFigures {
  lines: number
  linesPerSecond: number
  matchLinesPerSecond: number
  parquetLinesPerSecond: number
  mbPerSecond: number
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

async function parseFile(path: string, miner: TemplateMiner, writer: ParsedLogWriter | null): Promise<number> {
  let rows = 0
  const [source] = await openSources([path])
  for await (const batch of parseLog([{ source }], { masker: Masker.create(), miner })) {
    rows += batch.rowCount
    await writer?.write(batch)
  }
  return rows
}

async function measureFile(path: string): Promise<FileFigures> {
  const seconds: Record<'learn' | 'match' | 'parquet', number[]> = { learn: [], match: [], parquet: [] }
  const taught = Drain.create()
  const lines = await parseFile(path, taught, null)
  for (let round = 0; round < rounds; round++) {
    seconds.learn.push(await timed(async () => void (await parseFile(path, Drain.create(), null))))
    seconds.match.push(await timed(async () => void (await parseFile(path, NoveltyMiner.over(taught), null))))
    seconds.parquet.push(
      await timed(async () => {
        const miner = Drain.create()
        const writer = await ParsedLogWriter.create(join(scratch, 'parsed.parquet'))
        await parseFile(path, miner, writer)
        await writer.finish(miner.templates())
      }),
    )
  }
  const learn = median(seconds.learn)
  return {
    lines,
    linesPerSecond: Math.round(lines / learn),
    matchLinesPerSecond: Math.round(lines / median(seconds.match)),
    parquetLinesPerSecond: Math.round(lines / median(seconds.parquet)),
    mbPerSecond: Number((statSync(path).size / 2 ** 20 / learn).toFixed(1)),
  }
}

async function unpacked(path: string): Promise<string> {
  const [source] = await openSources([path])
  const target = join(scratch, basename(path).replace(/\.gz$/, ''))
  await pipeline(source.bytes(), createWriteStream(target))
  return target
}

/** Whole `sp parse` processes, all columns to parquet, against Drain3's own loop on the same messages; A B A B …. */
async function againstDrain3(log: string, checkout: string) {
  const messages = join(scratch, 'messages.txt')
  const texts: string[] = []
  const [source] = await openSources([log])
  for await (const batch of readRecords(source)) texts.push(...batch.message)
  writeFileSync(messages, texts.join('\n') + '\n')
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    ours.push(
      await timed(async () => {
        const args = ['apps/cli/dist/main.js', 'parse', log, '--out-dir', join(scratch, 'out')]
        const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
        if (run.status !== 0) throw new Error(run.stderr)
      }),
    )
    const peer = join(root, 'benchmarks/peers/drain3_masked.py')
    const run = spawnSync('/usr/bin/python3', [peer, checkout, messages], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(run.stderr)
    theirs.push((JSON.parse(run.stdout) as { seconds: number }).seconds)
  }
  return {
    lines: texts.length,
    spParseLinesPerSecond: Math.round(texts.length / median(ours)),
    drain3LinesPerSecond: Math.round(texts.length / median(theirs)),
    ratio: Number((median(theirs) / median(ours)).toFixed(2)),
  }
}

console.log(machineLine())
if (!existsSync(data)) {
  console.log(JSON.stringify({ files: null, why: `no folder ${data}; give --data or SP_DATA` }))
} else {
  const hdfs = await unpacked(join(data, 'hdfs_2percent/HDFS_2percent.log.gz'))
  const raw = readdirSync(join(data, 'raw')).map((name) => join(data, 'raw', name))
  const files: Record<string, FileFigures> = {}
  for (const path of flags.quick ? [hdfs] : [hdfs, ...raw]) {
    files[basename(path)] = await measureFile(path)
    console.log(basename(path).padEnd(24), JSON.stringify(files[basename(path)]))
  }
  const drain3 = flags.drain3 === undefined ? null : await againstDrain3(hdfs, flags.drain3)
  console.log('whole sp parse against Drain3 with masks', JSON.stringify(drain3))
  const notYet = 'not measured yet'
  console.log(
    JSON.stringify({
      quick: flags.quick,
      files,
      vsDrain3Masked: drain3?.ratio ?? null,
      ...(drain3 === null ? { vsDrain3MaskedWhy: 'no --drain3 <checkout>' } : { drain3 }),
      x32OverX1: null,
      clusters10kOver100: null,
      peakRssMb: null,
      workers2Over1: null,
      adversarialWorst: null,
      why: notYet,
    }),
  )
}
rmSync(scratch, { recursive: true })
