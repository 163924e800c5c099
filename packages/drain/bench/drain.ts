/**
 * Lines a second that the miner learns and matches.
 * From the repository root: node --conditions=@sp/source --import tsx packages/drain/bench/drain.ts
 */
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { type BaseMiner, Drain, EvidenceMiner, NoveltyMiner } from '../src/index.js'

const ROUNDS = 5
const LINES_PER_ROUND = 500_000

interface Measurement {
  readonly name: string
  readonly lines: number
  readonly clusters: number
  /** Median and best of the rounds. */
  readonly linesPerSecond: number
  readonly bestLinesPerSecond: number
}

/** What lets a line be compared, whatever the numbers in it; enough for HDFS. */
function mask(message: string): string {
  return message
    .replace(/blk_-?\d+/g, '<BLOCK>')
    .replace(/\d+\.\d+\.\d+\.\d+(:\d+)?/g, '<IP>')
    .replace(/\b\d+\b/g, '<NUM>')
}

/** The messages of HDFS 2k where the data is, else lines of the same kind. */
function hdfsMessages(): string[] {
  const data = process.env.SP_DATA ?? '../shared/data'
  const file = `${data}/loghub2k/HDFS/HDFS_2k.log`
  if (!existsSync(file)) return distinctLines(17, 2000)
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.slice(line.indexOf(': ') + 2))
}

/** Lines of `kinds` kinds that stay apart, ten tokens each, one of them ever changing. */
function distinctLines(kinds: number, count: number): string[] {
  const random = mulberry32(1)
  return Array.from({ length: count }, () => {
    const kind = Math.floor(random() * kinds)
    const words = Array.from({ length: 8 }, (_, i) => `w${(kind * 31 + i * 7919) % 9973}x${kind}`)
    return `service${letters(kind % 90)} ${words.join(' ')} ${letters(Math.floor(random() * 1e9))}`
  })
}

function letters(value: number): string {
  return value.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)])
}

/** A small seeded generator: before and after a change, the same lines. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Lines made anew for each round, as a reader would hand them over, so that no string has its hash computed yet. */
function freshLines(lines: readonly string[], count: number): string[] {
  const text = Array.from({ length: Math.ceil(count / lines.length) }, () => lines.join('\n')).join('\n')
  return text.split('\n').slice(0, count)
}

function measure(
  name: string,
  lines: readonly string[],
  prepare: () => { step: (line: string) => number; clusters: () => number },
) {
  const rates: number[] = []
  let clusters = 0
  for (let round = 0; round < ROUNDS; round++) {
    const input = freshLines(lines, LINES_PER_ROUND)
    const { step, clusters: countClusters } = prepare()
    const start = performance.now()
    for (const line of input) step(line)
    rates.push(Math.round(input.length / ((performance.now() - start) / 1000)))
    clusters = countClusters()
  }
  rates.sort((a, b) => a - b)
  const result: Measurement = {
    name,
    lines: LINES_PER_ROUND,
    clusters,
    linesPerSecond: rates[ROUNDS >> 1],
    bestLinesPerSecond: rates[ROUNDS - 1],
  }
  console.log(
    `${name.padEnd(44)} ${String(clusters).padStart(6)} clusters ${result.linesPerSecond.toLocaleString('en')} lines/s`,
  )
  return result
}

function learning(create: () => BaseMiner, warmUp: readonly string[] = []) {
  return () => {
    const miner = create()
    for (const line of warmUp) miner.learn(line)
    return { step: (line: string) => miner.learn(line), clusters: () => countTemplates(miner) }
  }
}

function matching(create: () => BaseMiner, warmUp: readonly string[]) {
  return () => {
    const base = create()
    for (const line of warmUp) base.learn(line)
    const miner = NoveltyMiner.over(base)
    return { step: (line: string) => miner.match(line), clusters: () => countTemplates(base) }
  }
}

function countTemplates(miner: BaseMiner): number {
  return new Set(miner.templates().map(({ id }) => id)).size
}

const raw = hdfsMessages()
const masked = raw.map(mask)
const few = distinctLines(100, 50_000)
const many = distinctLines(10_000, 200_000)

const MINERS = [
  ['evidence', () => EvidenceMiner.create()],
  ['drain', () => Drain.create()],
] as const

const results = MINERS.flatMap(([name, create]) => [
  measure(`${name}: learn, HDFS 2k masked, repeated`, masked, learning(create)),
  measure(`${name}: learn, HDFS 2k unmasked, repeated`, raw, learning(create)),
  measure(`${name}: match (novelty), HDFS 2k masked`, masked, matching(create, masked)),
  measure(`${name}: learn, 100 kinds, no line repeats`, few, learning(create, few)),
  measure(`${name}: learn, 10,000 kinds, no line repeats`, many, learning(create, many)),
])
console.log(JSON.stringify({ node: process.version, cpu: cpus()[0].model, rounds: ROUNDS, results }))
