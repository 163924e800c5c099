import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BINARY, ROOT, runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const normal = 'examples/logs/normal.log'
const suspicious = 'examples/logs/suspicious.log'
const bundle = join(folder, 'bundle')

function contentOf(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'base64')]))
}

beforeAll(async () => {
  const run = await runCli(['train', normal, '-o', bundle, '--detectors', 'lines', '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
})

test('the same logs and settings give the same bundle', async () => {
  const again = join(folder, 'again')
  await runCli(['train', normal, '-o', again, '--detectors', 'lines'])
  const [one, two] = [bundle, again].map((path) => JSON.parse(readFileSync(join(path, 'bundle.json'), 'utf8')))
  expect(two.hash).toBe(one.hash)
})

test('infer finds the incidents, writes its files, and leaves the bundle as it is', async () => {
  const before = contentOf(bundle)
  const out = join(folder, 'out')
  const run = await runCli(['infer', bundle, suspicious, '--out-dir', out, '--json', '--fail-on-anomaly'])
  expect([run.code, run.stderr]).toEqual([1, ''])
  const { incidents, records, bundleHash } = JSON.parse(run.stdout)
  expect(records).toBe(5000)
  expect(incidents).toBeGreaterThanOrEqual(10)
  expect(bundleHash).toBe(JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8')).hash)
  expect(readdirSync(out)).toEqual(
    expect.arrayContaining(['findings.ndjson', 'baseline_scores.parquet', 'infer_summary.json', 'report.html']),
  )
  expect(readFileSync(join(out, 'temporal_analysis/temporal_report.md'), 'utf8')).toContain('judged by the normal log')
  expect(contentOf(bundle)).toEqual(before)

  const sampled = await runCli(['analyze-samples', '--processed-dir', out, '--json'])
  expect([sampled.code, sampled.stderr]).toEqual([0, ''])
  const { samples } = JSON.parse(sampled.stdout).baseline
  const lines = readFileSync(join(ROOT, suspicious), 'utf8').split('\n')
  for (const { window_start_line: line, total_logs_in_window: size, representative_logs: shown } of samples) {
    expect(size).toBe(50)
    for (const { log } of shown) expect(lines.slice(line, line + 50)).toContain(log.raw_message)
  }
})

test('a damaged bundle is refused with a sentence, and so is what is none', async () => {
  const damaged = join(folder, 'damaged')
  await runCli(['train', normal, '-o', damaged, '--detectors', 'lines'])
  appendFileSync(join(damaged, 'baseline_stats.json'), ' ')
  for (const path of [damaged, join(folder, 'none'), 'examples']) {
    const run = await runCli(['infer', path, suspicious, '--out-dir', join(folder, 'refused')])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/^sp: .+\n$/)
    expect(run.stderr).not.toContain('defect of sp')
  }
})

test('update learns more normal lines and keeps the old bundle beside it', async () => {
  const old = join(folder, 'old')
  await runCli(['train', normal, '-o', old, '--detectors', 'lines'])
  const more = join(folder, 'more.log')
  writeFileSync(more, readFileSync(join(ROOT, normal), 'utf8').split('\n').slice(0, 4000).join('\n') + '\n')
  const run = await runCli(['update', old, more, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { backup, newRecords } = JSON.parse(run.stdout)
  expect(newRecords).toBe(4000)
  expect(readdirSync(backup)).toContain('bundle.json')
})

test('infer --watch goes on as a log grows and is rotated, until it is told to end', async () => {
  const log = join(folder, 'growing.log')
  const lines = readFileSync(join(ROOT, suspicious), 'utf8').split('\n').slice(0, -1)
  function part(from: number, to: number): string {
    return lines.slice(from, to).join('\n') + '\n'
  }
  writeFileSync(log, part(0, 1500))
  const child = spawn(process.execPath, [BINARY, 'infer', bundle, log, '--watch', '--json'], { cwd: ROOT })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const ended = new Promise((resolve) => child.on('close', resolve))
  async function until(text: string): Promise<void> {
    for (let tries = 0; tries < 300 && !stdout.includes(text); tries++) await new Promise((go) => setTimeout(go, 100))
    expect(stdout).toContain(text)
  }
  try {
    await until('DHCPREQUEST')
    appendFileSync(log, part(1500, 2000))
    await until('No space left on device')
    renameSync(log, `${log}.1`)
    // Whoever writes is slow: half a line is no line.
    const rest = part(2000, 3000)
    writeFileSync(log, rest.slice(0, 1030))
    await new Promise((go) => setTimeout(go, 3000))
    appendFileSync(log, rest.slice(1030))
    await until('Invalid user')
  } finally {
    child.kill('SIGINT')
  }
  expect(await ended).toBe(0)
  const findings = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(stderr).toContain('3000 lines judged')
  // Judged as the whole log would have been.
  const whole = join(folder, 'whole.log')
  writeFileSync(whole, part(0, 3000))
  const out = join(folder, 'whole')
  await runCli(['infer', bundle, whole, '--out-dir', out])
  const all = readFileSync(join(out, 'findings.ndjson'), 'utf8').trimEnd().split('\n')
  expect(findings.map(({ firstLine }) => firstLine)).toEqual(
    all.map((line) => JSON.parse(line).firstLine).slice(0, findings.length),
  )
  expect(findings.length).toBeGreaterThanOrEqual(all.length - 2)
})

test('batch judges one log of a folder by what the others teach', async () => {
  const logs = join(folder, 'logs')
  mkdirSync(join(logs, 'old'), { recursive: true })
  const lines = readFileSync(join(ROOT, normal), 'utf8').split('\n').slice(0, -1)
  writeFileSync(join(logs, 'old/one.log'), lines.slice(0, 10_000).join('\n') + '\n')
  writeFileSync(join(logs, 'two.log'), lines.slice(10_000).join('\n') + '\n')
  const out = join(folder, 'batch')
  const run = await runCli(['batch', logs, suspicious, '--out-dir', out, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { incidents, logs: told } = JSON.parse(run.stdout)
  expect(incidents).toBeGreaterThanOrEqual(8)
  expect(told.map(({ category, role }: { category: string; role: string }) => [category, role]).sort()).toEqual([
    ['(outside)', 'target'],
    ['.', 'baseline'],
    ['old', 'baseline'],
  ])
  expect(readdirSync(out)).toEqual(
    expect.arrayContaining([
      'ENHANCED_ANALYSIS_SUMMARY.md',
      'comparative_report.md',
      'temporal_report.md',
      'report.html',
    ]),
  )
  const wrong = await runCli(['batch', logs, 'three.log', '--out-dir', out])
  expect([wrong.code, wrong.stderr.split('\n').length]).toEqual([2, 2])
  expect(wrong.stderr).toContain('two.log')
})

test('a log that is too short to learn from leaves nothing behind', async () => {
  const tiny = join(folder, 'tiny.log')
  writeFileSync(tiny, readFileSync(join(ROOT, suspicious), 'utf8').split('\n').slice(0, 20).join('\n') + '\n')
  const out = join(folder, 'too-little')
  const run = await runCli(['train', tiny, '-o', out, '--detectors', 'lines'])
  expect(run.code).toBe(2)
  expect(run.stderr).toMatch(/^sp: .+\n$/)
  expect(readdirSync(folder)).not.toContain('too-little')
})
