// Speed of the masker, and proof that no input costs more per byte than ordinary text by much.
// node --conditions=@sp/source --import tsx packages/masking/bench/mask.ts [folder of the data sets]
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Masker } from '../src/masker.js'

const MEGABYTE = 1_000_000
const PATTERNS = [
  ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)),
  ...[
    'a:',
    '1.',
    '::',
    '0x',
    '1-',
    'a1',
    '[[[',
    '@',
    '%41',
    'a@',
    '1:',
    '1/',
    ' /',
    '=/',
    './',
    '1,111,',
    '1.1.1+',
    'ab:cd:',
  ],
  ...[
    '11-',
    '12345678-',
    'a.',
    'a.a:1',
    '://',
    'a://',
    'C:\\',
    'Jun 9 ',
    '1.5s',
    '1h',
    '/.',
    '?a',
    '1 KB ',
    '::1:',
    'uid=1x',
  ],
  ...['1e9', '1e+', '1.2.3-', 'Wed Jun ', '2024-', '2024-01-02 ', 'word ', '/a?b', '#', '0'.repeat(9) + 'x '],
]

const folder = process.argv[2] ?? process.env.SP_DATA ?? '../shared/data'
const { lines, name } = ordinaryLines()
const results: Record<string, unknown> = { lines: lines.length, name }
for (const mode of ['default', 'compat'] as const) {
  const masker = Masker.create({ mode })
  const bytes = lines.reduce((sum, line) => sum + line.length, 0)
  const seconds = best(mode === 'default' ? 7 : 2, () => {
    for (const line of lines) masker.mask(line)
  })
  const ordinary = (seconds / bytes) * 1e9
  console.log(`${mode}: ${Math.round(lines.length / seconds)} lines/s, ${ordinary.toFixed(2)} ns per byte on ${name}`)
  const ratios = [...PATTERNS, '100,000 tokens'].map((pattern) => {
    const text = pattern === '100,000 tokens' ? 'w 10.0.0.1 '.repeat(MEGABYTE / 10) : repeated(pattern)
    const piece = text.slice(0, MEGABYTE / 10)
    const count = masker.mask(text).parameters.length
    const whole = best(3, () => masker.mask(text))
    const tenths = best(3, () => repeat(10, () => masker.mask(piece)))
    const ratio = ((whole / text.length) * 1e9) / ordinary
    return { pattern, ratio, growth: whole / tenths, masks: count, perMask: count === 0 ? 0 : (whole / count) * 1e9 }
  })
  ratios.sort((a, b) => b.ratio - a.ratio)
  const growth = Math.max(...ratios.map((row) => row.growth))
  console.log(`  1 MB costs at most ${growth.toFixed(2)} × what ten times 0.1 MB cost`)
  for (const row of ratios.slice(0, 8)) {
    const masks = `${row.masks} masks, ${row.perMask.toFixed(0)} ns each`
    console.log(`  ${row.ratio.toFixed(2)} × per byte, ${JSON.stringify(row.pattern)}: ${masks}`)
  }
  const bare = ratios.filter((row) => row.masks * 60 < MEGABYTE)
  for (const row of bare.slice(0, 8)) {
    console.log(`  few masks: ${row.ratio.toFixed(2)} × per byte, ${JSON.stringify(row.pattern)}`)
  }
  results[mode] = {
    linesPerSecond: Math.round(lines.length / seconds),
    nanosecondsPerByte: ordinary,
    growth,
    worst: ratios[0],
    worstBare: bare[0],
  }
}
console.log(JSON.stringify({ ...results, node: process.version, platform: `${process.platform}-${process.arch}` }))

/** HDFS messages where the data sets are there, else lines made in their style. */
function ordinaryLines(): { lines: readonly string[]; name: string } {
  const file = `${folder}/hdfs_2percent/HDFS_2percent.log.gz`
  if (!existsSync(file)) {
    return { lines: Array.from({ length: 200_000 }, (_, index) => madeLine(index)), name: 'made lines' }
  }
  const text = gunzipSync(readFileSync(file)).toString('latin1').trimEnd()
  return { lines: text.split('\n').map((line) => flat(line.replace(/^(\S+ ){5}/, ''))), name: 'HDFS messages' }
}

function madeLine(index: number): string {
  return `Received block blk_${index * 7919} src: /10.1.${index % 250}.7:${index % 60000} dest: /10.2.0.9:50010 of size ${index}`
}

/** A copy that does not point into the whole file. */
function flat(line: string): string {
  return Buffer.from(line, 'latin1').toString('latin1')
}

function repeated(pattern: string): string {
  return flat(pattern.repeat(Math.ceil(MEGABYTE / pattern.length)))
}

function repeat(times: number, work: () => void): void {
  for (let time = 0; time < times; time++) work()
}

/** The least processor time of some runs, in seconds; other work on the machine disturbs it less than the clock. */
function best(runs: number, work: () => void): number {
  let least = Infinity
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, user + system)
  }
  return least / 1e6
}
