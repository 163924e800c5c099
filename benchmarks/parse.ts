// How fast lines become rows: `npm run bench:parse -- [--data <dir>] [--drain3 <checkout>] [--python <one that can import
// drain3>] [--quick] [--part files,threads,templates,hostile,memory,drain3]`.
// The path measured is the real one: bytes of a file → lines → header → default masks → miner → finished rows. It runs
// what is built, since that is what users run.
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { EvidenceMiner } from '@sp/drain'
import { openSources, readRecords } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { parseLog } from '@sp/pipeline'
import { HOSTILE_MESSAGES, hostileLog } from './hostile-lines.js'
import { machineLine, median } from './machine.js'
import { logOfTemplates } from './many-templates.js'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.SP_DATA ?? '../shared/data' },
    drain3: { type: 'string' },
    python: { type: 'string', default: '/usr/bin/python3' },
    quick: { type: 'boolean', default: false },
    part: { type: 'string', default: 'files,threads,templates,hostile,memory,drain3' },
  },
})
const data = flags.data
const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'bench-parse-'))

interface FileFigures {
  lines: number
  linesPerSecond: number
  /** Of the fastest round: what the machine does when nobody else uses it. */
  bestLinesPerSecond: number
  /** Of the file repeated to {@link STEADY_BYTES}: what a line costs where opening and new kinds of lines do not count. */
  repeatedLinesPerSecond: number
  /** Of the first round in a new process, when nothing is compiled yet. */
  firstLinesPerSecond: number
  mbPerSecond: number
  matchLinesPerSecond: number
  bestMatchLinesPerSecond: number
  parquetLinesPerSecond: number
  /** With all cores; `null` for a file that is too small to be split. */
  allCoresLinesPerSecond: number | null
}

/** Lines that a program has seen when it is warm, and is then timed for as many: of a small file that is many rounds. */
const WARM_LINES = 1_500_000
/** Size to which a small file is repeated for a figure without its fixed price. */
const STEADY_BYTES = 16e6
/** Files of fewer bytes are parsed by one thread, however many are asked for. */
const SPLIT_BYTES = 16 * 2 ** 20

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

async function parseFile(path: string): Promise<number> {
  let rows = 0
  const [source] = await openSources([path])
  const options = { masker: Masker.create(), miner: EvidenceMiner.create() }
  for await (const batch of parseLog([{ source }], options)) rows += batch.rowCount
  return rows
}

interface ParseRuns {
  readonly rows: number
  readonly seconds: readonly number[]
  readonly peakRssMb: number
}

/** Rounds of one kind of work in a process of its own. */
function parseApart(path: string, mode: 'learn' | 'match' | 'parquet', { workers = 1, rounds = 1 } = {}): ParseRuns {
  const args = [join(root, 'benchmarks/parse-once.mjs'), path, mode, String(workers), String(rounds)]
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout) as ParseRuns
}

/** Medians of the later half of the rounds, when the program is warm. */
function measureFile(original: string): FileFigures {
  const path = join(scratch, basename(original))
  if (path !== original) copyFileSync(original, path)
  const { size } = statSync(path)
  const { rows: lines, seconds } = parseApart(path, 'learn')
  const rounds = Math.ceil(((flags.quick ? 1 : 2) * WARM_LINES) / lines)
  function warm(mode: 'learn' | 'match' | 'parquet', count: number, workers = 1): readonly number[] {
    return parseApart(path, mode, { rounds: count, workers }).seconds.slice(Math.floor(count / 2))
  }
  function perSecond(time: number): number {
    return Math.round(lines / time)
  }
  const learn = warm('learn', rounds)
  const match = warm('match', rounds)
  return {
    lines,
    linesPerSecond: perSecond(median(learn)),
    bestLinesPerSecond: perSecond(Math.min(...learn)),
    repeatedLinesPerSecond: repeatedPerSecond(path, lines),
    firstLinesPerSecond: perSecond(seconds[0]),
    mbPerSecond: Number((size / 1e6 / median(learn)).toFixed(1)),
    matchLinesPerSecond: perSecond(median(match)),
    bestMatchLinesPerSecond: perSecond(Math.min(...match)),
    parquetLinesPerSecond: perSecond(median(warm('parquet', Math.max(8, Math.ceil(rounds / 8))))),
    allCoresLinesPerSecond:
      size > SPLIT_BYTES ? perSecond(median(warm('learn', rounds, availableParallelism()))) : null,
  }
}

/** Lines a second of a file that is repeated, in the later half of the rounds. */
function repeatedPerSecond(path: string, lines: number): number {
  const times = Math.ceil(STEADY_BYTES / statSync(path).size)
  const many = repeated(path, times)
  const { seconds } = parseApart(many, 'learn', { rounds: 6 })
  rmSync(many)
  return Math.round((times * lines) / median(seconds.slice(3)))
}

async function unpacked(path: string): Promise<string> {
  const [source] = await openSources([path])
  const target = join(scratch, basename(path).replace(/\.gz$/, ''))
  await pipeline(source.bytes(), createWriteStream(target))
  return target
}

function repeated(path: string, times: number): string {
  const target = join(scratch, `${times} × ${basename(path)}`)
  const content = readFileSync(path)
  writeFileSync(target, content)
  for (let time = 1; time < times; time++) appendFileSync(target, content)
  return target
}

/** Median of a over median of b, the two taking turns. */
async function ratio(rounds: number, a: () => Promise<unknown>, b: () => Promise<unknown>): Promise<number> {
  const seconds: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    seconds[0].push(await timed(a))
    seconds[1].push(await timed(b))
  }
  return Number((median(seconds[0]) / median(seconds[1])).toFixed(3))
}

function flatness(hdfs: string) {
  const times = flags.quick ? 4 : 32
  const many = repeated(hdfs, times)
  const seconds = { one: [] as number[], many: [] as number[], workers: [] as number[] }
  for (let round = 0; round < (flags.quick ? 1 : 3); round++) {
    seconds.one.push(...parseApart(hdfs, 'learn', { rounds: 10 }).seconds.slice(5))
    seconds.many.push(...parseApart(many, 'learn').seconds)
    seconds.workers.push(...parseApart(many, 'learn', { workers: 2 }).seconds)
  }
  const inputMb = statSync(many).size / 1e6
  rmSync(many)
  return {
    times,
    overOne: Number(((times * median(seconds.one)) / median(seconds.many)).toFixed(3)),
    mbPerSecond: Math.round(inputMb / median(seconds.many)),
    workers2Over1: Number((median(seconds.many) / median(seconds.workers)).toFixed(2)),
    workers2MbPerSecond: Math.round(inputMb / median(seconds.workers)),
  }
}

async function manyTemplates(): Promise<number> {
  const lines = flags.quick ? 300_000 : 1_000_000
  const [few, many] = [100, 10_000].map((templates) => {
    const path = join(scratch, `${templates}.log`)
    writeFileSync(path, logOfTemplates(templates, lines))
    return path
  })
  return ratio(flags.quick ? 2 : 5, () => parseFile(few), () => parseFile(many)) // prettier-ignore
}

/** Time per byte of hostile lines over that of HDFS, the best of several rounds each. */
async function hostile(hdfs: string): Promise<Record<string, number>> {
  async function best(path: string): Promise<number> {
    const seconds: number[] = []
    for (let round = 0; round < 6; round++) seconds.push(await timed(() => parseFile(path)))
    return Math.min(...seconds) / statSync(path).size
  }
  const ordinary = await best(hdfs)
  const worst: Record<string, number> = {}
  for (const [name, message] of Object.entries(HOSTILE_MESSAGES)) {
    const path = join(scratch, 'hostile.log')
    writeFileSync(path, hostileLog(message))
    worst[name] = Number(((await best(path)) / ordinary).toFixed(2))
  }
  return worst
}

/** Largest memory of a process that parses 4 GB. */
function peakMemory(hdfs: string): { peakRssMb: number; rows: number; seconds: number } {
  const large = repeated(hdfs, Math.ceil(4e9 / statSync(hdfs).size))
  const { rows, seconds, peakRssMb } = parseApart(large, 'learn')
  rmSync(large)
  return { peakRssMb, rows, seconds: seconds[0] }
}

/** Drain3's own loop, on whole lines and on messages without header, against ours; A B A B …. */
async function againstDrain3(log: string, checkout: string) {
  const lines: string[] = []
  const messages: string[] = []
  const [source] = await openSources([log])
  for await (const batch of readRecords(source)) {
    for (let row = 0; row < batch.rowCount; row++) {
      lines.push(batch.raw.at(row))
      messages.push(batch.message.at(row))
    }
  }
  const [linesFile, messagesFile] = [join(scratch, 'lines.txt'), join(scratch, 'messages.txt')]
  writeFileSync(linesFile, lines.join('\n') + '\n')
  writeFileSync(messagesFile, messages.join('\n') + '\n')
  const seconds = { ours: [] as number[], process: [] as number[], lines: [] as number[], messages: [] as number[] }
  for (let round = 0; round < (flags.quick ? 1 : 3); round++) {
    seconds.lines.push(drain3(checkout, linesFile))
    seconds.ours.push(median(parseApart(log, 'learn', { rounds: 8 }).seconds.slice(4)))
    seconds.messages.push(drain3(checkout, messagesFile))
    seconds.process.push(await timed(() => wholeProcess(log)))
  }
  function perSecond(all: readonly number[]): number {
    return Math.round(lines.length / median(all))
  }
  return {
    lines: lines.length,
    rowsPerSecond: perSecond(seconds.ours),
    wholeProcessLinesPerSecond: perSecond(seconds.process),
    drain3LinesPerSecond: perSecond(seconds.lines),
    drain3MessagesPerSecond: perSecond(seconds.messages),
    overLines: Number((median(seconds.lines) / median(seconds.ours)).toFixed(1)),
    overMessages: Number((median(seconds.messages) / median(seconds.ours)).toFixed(1)),
    wholeProcessOverMessages: Number((median(seconds.messages) / median(seconds.process)).toFixed(2)),
  }
}

/** Told before anything is measured: it takes minutes until Drain3 has its turn. */
function requireDrain3(checkout: string): void {
  const program = 'import sys; sys.path.insert(0, sys.argv[1]); from drain3 import TemplateMiner'
  const run = spawnSync(flags.python, ['-c', program, checkout], { encoding: 'utf8' })
  if (run.status === 0) return
  const reason = run.error?.message ?? run.stderr.trim().split('\n').at(-1)
  throw new Error(
    `${flags.python} cannot import drain3 from ${checkout} (${reason}); name an interpreter that has jsonpickle and ` +
      'cachetools with --python, or leave out --drain3',
  )
}

function drain3(checkout: string, file: string): number {
  const peer = join(root, 'benchmarks/peers/drain3_masked.py')
  const run = spawnSync(flags.python, [peer, checkout, file], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return (JSON.parse(run.stdout) as { seconds: number }).seconds
}

async function wholeProcess(log: string): Promise<void> {
  const args = ['apps/cli/dist/main.js', 'parse', log, '--out-dir', join(scratch, 'out')]
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
}

const parts = flags.part.split(',')

function runs(part: string): boolean {
  return parts.includes(part)
}

console.log(machineLine(), `, ${availableParallelism()} cores to use`)
if (!existsSync(data)) {
  console.log(JSON.stringify({ files: null, why: `no folder ${data}; give --data or SP_DATA` }))
} else {
  if (flags.drain3 !== undefined) requireDrain3(flags.drain3)
  const hdfs = await unpacked(join(data, 'hdfs_2percent/HDFS_2percent.log.gz'))
  const raw = readdirSync(join(data, 'raw')).map((name) => join(data, 'raw', name))
  const files: Record<string, FileFigures> = {}
  for (const path of !runs('files') ? [] : flags.quick ? [hdfs] : [hdfs, ...raw]) {
    files[basename(path)] = measureFile(path)
    console.log(basename(path).padEnd(24), JSON.stringify(files[basename(path)]))
  }
  const flat = runs('threads') ? flatness(hdfs) : null
  console.log('the same log repeated, and two threads', JSON.stringify(flat))
  const clusters10kOver100 = runs('templates') ? await manyTemplates() : null
  console.log('10,000 templates over 100', clusters10kOver100)
  const adversarial = runs('hostile') ? await hostile(hdfs) : null
  console.log('hostile lines, × time per byte', JSON.stringify(adversarial))
  const memory = runs('memory') && !flags.quick ? peakMemory(hdfs) : null
  console.log('4 GB in one process', JSON.stringify(memory))
  const drain = runs('drain3') && flags.drain3 !== undefined ? await againstDrain3(hdfs, flags.drain3) : null
  console.log('Drain3 with masks', JSON.stringify(drain))
  console.log(
    JSON.stringify({
      quick: flags.quick,
      parts,
      files,
      vsDrain3Masked: drain?.overLines ?? null,
      ...(drain === null ? { vsDrain3MaskedWhy: 'not asked for' } : { drain3: drain }),
      x32OverX1: flags.quick ? null : (flat?.overOne ?? null),
      ...(flags.quick ? { x32OverX1Why: 'quick', x4OverX1: flat?.overOne } : {}),
      clusters10kOver100,
      peakRssMb: memory?.peakRssMb ?? null,
      ...(memory === null ? { peakRssMbWhy: 'not asked for, or quick' } : { peakRss: memory }),
      workers2Over1: flat?.workers2Over1 ?? null,
      workers2MbPerSecond: flat?.workers2MbPerSecond ?? null,
      adversarialWorst: adversarial && Math.max(...Object.values(adversarial)),
      adversarial,
    }),
  )
}
rmSync(scratch, { recursive: true })
