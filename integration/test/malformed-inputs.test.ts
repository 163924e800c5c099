import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT, runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const LINES = syslogLines(2000)
const good = file('good.log', LINES)
const short = file('short.log', syslogLines(20))
const gzip = gzipSync(LINES)
mkdirSync(join(folder, 'nothing'))
mkdirSync(join(folder, 'parsed'))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function syslogLines(count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) {
    const time = new Date(Date.UTC(2026, 0, 5) + i * 1000).toISOString().slice(11, 19)
    text += `Jan  5 ${time} host-1 app[42]: request ${i} served in ${(i * 7) % 90} ms\n`
  }
  return text
}

function analyze(...args: string[]): string[] {
  return ['analyze', ...args]
}

function parse(...args: string[]): string[] {
  return ['parse', '--input', good, ...args]
}

function rules(name: string, value: unknown): string[] {
  return parse('--mask-rules', file(name, typeof value === 'string' ? value : JSON.stringify(value)))
}

const parsed = join(folder, 'parsed')

// What is wrong · the command (an output folder is added) · what the sentence must say.
const CASES: [string, string[], RegExp][] = [
  ['a file that does not exist', analyze(join(folder, 'no.log')), /no\.log/],
  ['a glob that matches nothing', analyze(join(folder, '*.nothing')), /\*\.nothing/],
  ['a directory without logs', analyze(join(folder, 'nothing')), /nothing/],
  ['an empty log', analyze(file('empty.log', '')), /empty/],
  ['a log of empty lines', analyze(file('blank.log', '\n\n\n')), /blank\.log|empty|record/],
  ['a binary file', analyze(file('program', new Uint8Array([127, 69, 76, 70, 2, 1, 1, 0, 0, 0, 3, 0]))), /binary/],
  ['UTF-16 text', analyze(file('utf16.log', Buffer.from('\ufeffJan  5 10:00:00 h a: b\n', 'utf16le'))), /UTF-16/],
  ['a gzip that is cut off', analyze(file('cut.log.gz', gzip.subarray(0, gzip.length / 2))), /cut\.log\.gz/],
  ['a gzip that is corrupt', analyze(file('bad.log.gz', corrupted(gzip))), /bad\.log\.gz/],
  ['a zstd that is cut off', analyze(file('cut.zst', new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x24]))), /cut\.zst/],
  ['standard input that is empty', analyze('-'), /empty|stdin|standard input/],
  ['standard input twice', analyze('-', '-'), /standard input|once|twice/],
  ['too little data', analyze(short), /too|need|at least|expected/],
  ['too little data to train on', analyze(good, '--train', short), /window|need|at least/],
  ['the same log as normal and as judged', analyze(good, '--train', good), /--train/],
  ['a header format nobody knows', parse('--format', 'klingon'), /klingon/],
  ['a year that is none', parse('--year', '99999'), /year|99999/],
  ['a boot time that is no time', parse('--boot-time', 'yesterday'), /yesterday/],
  ['mask rules that do not exist', parse('--mask-rules', join(folder, 'no.json')), /no\.json/],
  ['mask rules that are not JSON', rules('rules1.json', '{ rules: '), /JSON/],
  ['mask rules with a broken pattern', rules('rules2.json', ruleFile('a(b')), /rules\[0\]|rules\.0/],
  ['mask rules of another version', rules('rules3.json', { version: 99, rules: [] }), /version/],
  ['mask rules with an unknown key', rules('rules4.json', { version: 1, rules: [], colour: 'red' }), /colour/],
  ['a state file that is garbage', parse('--drain-state', file('state1.json', 'garbage!')), /state|snapshot/i],
  [
    'a state file of another version',
    parse('--drain-state', file('state2.json', '{"format":"sp-drain","version":99}')),
    /version|99/,
  ],
  [
    'a state file that is cut off',
    parse('--drain-state', file('state3.json', '{"format":"sp-drain","ver')),
    /state|snapshot|JSON/i,
  ],
  ['a similarity above 1', parse('--miner', 'drain', '--sim-th', '7'), /7/],
  ['a tree too flat', parse('--miner', 'drain', '--depth', '1'), /1/],
  ['an output folder that is a file', [...parse(), '--out-dir', good], /good\.log/],
  ['an output folder that cannot be made', [...parse(), '--out-dir', '/proc/sp-results'], /proc/],
  ['no log at all', ['parse'], /no log|Missing|name/],
  ['a parquet that does not exist', ['detect', '--parsed', join(folder, 'no.parquet')], /no\.parquet/],
  ['a parquet that is text', ['detect', '--parsed', good], /parquet/],
  ['a parquet that is a folder', ['detect', '--parsed', parsed], /is a folder; give a parquet file/],
  [
    'a number that is none',
    ['build-deeplog', '--parsed', parsed, '--out-dir', folder, '--session-timeout', 'abc'],
    /--session-timeout needs a number/,
  ],
  ['a parquet that is cut off', ['detect', '--parsed', file('cut.parquet', 'PAR1 and then nothing')], /parquet/],
  ['a window of no rows', ['detect', '--parsed', join(parsed, 'parsed.parquet'), '--window-size', '0'], /0/],
  ['a negative stride', ['detect', '--parsed', join(parsed, 'parsed.parquet'), '--stride', '-5'], /-5/],
  ['a budget above 1', ['detect', '--parsed', join(parsed, 'parsed.parquet'), '--budget', '2'], /budget.*2|2.*budget/],
  ['a training share of all', analyze(good, '--train-share', '1'), /train-share|share|split/],
  ['a report of an empty folder', ['report', '--processed-dir', join(folder, 'nothing')], /sp parse/],
  ['a report before the detection', ['report', '--processed-dir', parsed], /sp detect/],
  ['a report without a folder', ['report'], /--processed-dir needs the folder/],
  ['a report as something unknown', ['report', '--processed-dir', parsed, '--as', 'pdf'], /"pdf"/],
  ['an earlier report that does not exist', ['report', 'diff', folder, parsed], /no report at .*report\.json/],
  [
    'an earlier report of another version',
    ['report', 'diff', file('old.json', '{"format":"sp-report","version":1}'), parsed],
    /version 1 .*expected 2/,
  ],
  ['a report to open that does not exist', ['open', parsed], /there is no report .*report\.html/],
  ['samples of an empty folder', ['analyze-samples', '--processed-dir', join(folder, 'nothing')], /sp parse/],
  ['labels that are not JSON', analyze(good, '--labels', short), /labels/],
  ['labels that do not exist', analyze(good, '--labels', join(folder, 'no.json')), /labels/],
  [
    'labels of another log',
    analyze(good, '--labels', join(ROOT, 'examples/logs/suspicious.labels.json')),
    /labels are of/,
  ],
  ['the same log under another name', analyze(good, '--train', join(folder, 'nothing', '..', 'good.log')), /--train/],
  ['matching without templates', parse('--match-only'), /--drain-state/],
  ['a state file in no folder', parse('--drain-state', join(folder, 'no/state.json')), /state\.json/],
  ['an output folder without a name', [...parse(), '--out-dir', ''], /--out-dir/],
  ['an unknown command', ['explode'], /explode/],
  ['an unknown option', parse('--frobnicate'), /frobnicate/],
]

function corrupted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (i > 100 && i < 140 ? byte ^ 0xff : byte))
}

function ruleFile(pattern: string): unknown {
  return { version: 1, rules: [{ name: 'mine', pattern, type: 'MINE' }] }
}

beforeAll(async () => {
  const { code, stderr } = await runCli(['parse', good, '--out-dir', parsed])
  expect([code, stderr]).toEqual([0, ''])
}, 60_000)

test.each(CASES)(
  '%s: one clear sentence, exit code 2, nothing left behind',
  async (name, args, sentence) => {
    const outDir = join(folder, `out ${name}`)
    const takesFolder = ['analyze', 'parse', 'detect'].includes(args[0]) && !args.includes('--out-dir')
    const before = readFileSync(good)
    const run = await runCli([...args, ...(takesFolder ? ['--out-dir', outDir] : [])], { cwd: folder })
    expect(run.stderr).toMatch(sentence)
    expect(run.stderr).toMatch(/^sp: \S.*\n$/)
    expect(run.stderr).not.toContain('defect of sp')
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: '' })
    expect(filesIn(outDir)).toEqual([])
    expect(readFileSync(good)).toEqual(before)
  },
  30_000,
)

test('at least 25 malformed inputs are tried', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(25)
  const documented = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8')
  for (const [name] of CASES) expect(documented).toContain(`- ${name}`)
})

function filesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
