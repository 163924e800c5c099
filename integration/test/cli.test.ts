import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const normal = 'examples/logs/normal.log'
const suspicious = 'examples/logs/suspicious.log'
const labels = 'examples/logs/suspicious.labels.json'

test('analyze finds the labelled incidents of the example logs and says where the report lies', async () => {
  const outDir = join(folder, 'analyze')
  const run = await runCli(['analyze', suspicious, '--train', normal, '--labels', labels, '--out-dir', outDir])
  expect(run.stderr).toBe('')
  expect(run.code).toBe(0)
  expect(run.stdout).toContain('compared with the labels')
  expect(run.stdout).toContain(join(outDir, 'report.md'))
  expect(readFileSync(join(outDir, 'report.md'), 'utf8')).toContain('suspicious.log:')
})

test('analyze --json is one JSON document with the recall of incidents', async () => {
  const outDir = join(folder, 'json')
  const run = await runCli([
    'analyze',
    suspicious,
    '--train',
    normal,
    '--labels',
    labels,
    '--out-dir',
    outDir,
    '--json',
  ])
  const result = JSON.parse(run.stdout)
  expect(result.labels.incidentRecall).toBeGreaterThanOrEqual(0.8)
  expect(result.labels.precision).toBeGreaterThanOrEqual(0.5)
})

test('the same input gives the same bytes', async () => {
  const outputs: Record<string, Buffer>[] = []
  for (const name of ['one', 'two']) {
    const outDir = join(folder, name)
    await runCli(['analyze', suspicious, '--out-dir', outDir])
    const files = readdirSync(outDir, { recursive: true }) as string[]
    const whole = files.filter((file) => statSync(join(outDir, file)).isFile())
    outputs.push(Object.fromEntries(whole.map((file) => [file, readFileSync(join(outDir, file))])))
  }
  expect(outputs[1]).toEqual(outputs[0])
})

test('parse, detect and report one by one give a report too', async () => {
  const outDir = join(folder, 'steps')
  expect((await runCli(['parse', '--input', suspicious, '--out-dir', outDir])).code).toBe(0)
  const parquet = join(outDir, 'parsed.parquet')
  expect((await runCli(['detect', '--parsed', parquet, '--out-dir', outDir])).code).toBe(0)
  const run = await runCli(['report', '--processed-dir', outDir])
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(readdirSync(outDir).sort()).toEqual([
    'baseline_model.json',
    'baseline_preview.json',
    'baseline_scores.parquet',
    'detect_summary.json',
    'log_samples_analysis',
    'parse_summary.json',
    'parsed.parquet',
    'preview.json',
    'report.html',
    'report.json',
    'report.md',
    'templates.parquet',
    'timeline.json',
  ])
  expect(readdirSync(join(outDir, 'log_samples_analysis')).sort()).toEqual([
    'anomaly_analysis_report.md',
    'anomaly_samples.json',
  ])
})

test('a report is written as what is asked for, in Korean too, and opened', async () => {
  const processed = join(folder, 'steps')
  const outDir = join(folder, 'korean')
  const flags = ['--processed-dir', processed, '--out-dir', outDir, '--lang', 'ko', '--no-with-samples']
  const run = await runCli(['report', ...flags, '--as', 'html', '--as', 'sarif', '--as', 'junit'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(run.stdout).toMatch(/인시던트|항목 없음/)
  expect(readdirSync(outDir).sort()).toEqual(['report.html', 'report.junit.xml', 'report.sarif'])
  expect(readFileSync(join(outDir, 'report.html'), 'utf8')).toContain('<html lang="ko">')
  const opened = await runCli(['open', outDir], { env: { DISPLAY: '', WAYLAND_DISPLAY: '' } })
  expect([opened.code, opened.stdout]).toEqual([0, `${join(outDir, 'report.html')}\n`])
})

test('a run that reported already is reported again as what is asked for', async () => {
  const [processed, outDir] = [join(folder, 'analyze'), join(folder, 'again')]
  const run = await runCli(['report', '--processed-dir', processed, '--out-dir', outDir, '--as', 'html', '--as', 'csv'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(readdirSync(outDir).sort()).toEqual(['incidents.csv', 'report.html'])
  expect(readFileSync(join(outDir, 'report.html'))).toEqual(readFileSync(join(processed, 'report.html')))
})

test('analyze-samples says how many it took of how many', async () => {
  const processed = join(folder, 'steps')
  const run = await runCli(['analyze-samples', '--processed-dir', processed, '--max-samples', '1', '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { baseline, files } = JSON.parse(run.stdout)
  expect(baseline.analyzed_count).toBe(Math.min(1, baseline.anomaly_count))
  expect(Object.keys(files)).toEqual(['anomaly_samples.json', 'anomaly_analysis_report.md'])
})

test('report diff tells what is new since an earlier run, and fails on it when asked to', async () => {
  const before = join(folder, 'steps')
  const after = join(folder, 'analyze')
  const outDir = join(folder, 'diff')
  const run = await runCli(['report', 'diff', before, after, '--out-dir', outDir, '--fail-on-anomaly'])
  expect([run.code, run.stderr]).toEqual([1, ''])
  expect(run.stdout).toMatch(/^\d+ new, \d+ gone, \d+ changed, \d+ as before\.\n\+ /)
  expect(readdirSync(outDir).sort()).toEqual(['report_diff.json', 'report_diff.md'])
  const same = await runCli(['report', 'diff', after, after, '--fail-on-anomaly', '--json'])
  expect(same.code).toBe(0)
  expect(JSON.parse(same.stdout)).toMatchObject({ format: 'sp-report-diff', fresh: [], gone: [], changed: [] })
})

test('detect --compat flags about the share that its quantile says, whatever the log', async () => {
  const outDir = join(folder, 'compat')
  await runCli(['parse', normal, '--out-dir', outDir])
  const run = await runCli([
    'detect',
    '--parsed',
    join(outDir, 'parsed.parquet'),
    '--out-dir',
    outDir,
    '--compat',
    '--json',
  ])
  const { anomalies, windows } = JSON.parse(run.stdout)
  expect(anomalies / windows).toBeGreaterThan(0.03)
  expect(anomalies / windows).toBeLessThan(0.1)
})

test('--fail-on-anomaly exits with 1 when something was found', async () => {
  const args = ['analyze', suspicious, '--train', normal, '--out-dir', join(folder, 'fail')]
  expect((await runCli([...args, '--fail-on-anomaly'])).code).toBe(1)
})

test('a miner state goes from one parse to the next, and --match-only leaves it alone', async () => {
  const state = join(folder, 'drain_state.json')
  function args(log: string): string[] {
    return ['parse', log, '--out-dir', join(folder, 'state'), '--drain-state', state]
  }
  await runCli(args(normal))
  const learned = readFileSync(state, 'utf8')
  await runCli([...args(suspicious), '--match-only'])
  expect(readFileSync(state, 'utf8')).toBe(learned)
  await runCli(args(suspicious))
  expect(readFileSync(state, 'utf8')).not.toBe(learned)
})

test('standard input is a log like any other', async () => {
  const stdin = readFileSync(join(ROOT, suspicious))
  const run = await runCli(['analyze', '-', '--out-dir', join(folder, 'stdin'), '--json'], { stdin })
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(JSON.parse(run.stdout).records).toBeGreaterThan(1000)
})

test('masks explain shows which rule took what', async () => {
  const run = await runCli(['masks', 'explain', 'from 10.0.0.1 pid=42 I/O', '--json'])
  const { masked, explanations } = JSON.parse(run.stdout)
  expect(masked).toBe('from <IP> pid=<ID> I/O')
  expect(explanations.map((taken: { value: string }) => taken.value)).toEqual(['10.0.0.1', '42'])
})

test('masks explain takes a line that begins with a dash for a line', async () => {
  for (const words of [
    ['-5 x --year=7 y', '--json'],
    ['--json', '--', '-5 x --year=7 y'],
  ]) {
    const run = await runCli(['masks', 'explain', ...words])
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(JSON.parse(run.stdout).masked).toBe('<NUM> x --year=<NUM> y')
  }
})

test('parse says which files of a folder it has skipped', async () => {
  const logs = join(folder, 'mixed')
  mkdirSync(logs)
  writeFileSync(join(logs, 'a.log'), 'a line\n')
  writeFileSync(join(logs, 'b.bin'), Buffer.from([1, 0, 2]))
  writeFileSync(join(logs, 'c.log'), '')
  const run = await runCli(['parse', logs, '--out-dir', join(folder, 'mixed-out'), '--json'])
  const names = [join(logs, 'b.bin'), join(logs, 'c.log')]
  expect([run.code, run.stderr]).toEqual([0, `sp: skipped 2 files: ${names[0]} (binary), ${names[1]} (empty)\n`])
  expect(JSON.parse(run.stdout).skipped).toEqual([
    { name: names[0], reason: 'binary' },
    { name: names[1], reason: 'empty' },
  ])
})

test('mask toggles carry the names of the reference system', async () => {
  const run = await runCli(['masks', 'explain', 'from 10.0.0.1 in 5 steps', '--no-mask-ips', '--no-mask-num', '--json'])
  expect(JSON.parse(run.stdout).masked).toBe('from 10.0.0.1 in 5 steps')
})

test.each([['--help'], ['--version'], ['completion'], ['formats'], ['masks', 'list'], ['doctor', suspicious]])(
  'sp %s %s answers on stdout and exits with 0',
  async (...args) => {
    const run = await runCli(args)
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout.length).toBeGreaterThan(5)
  },
)

test('doctor names the engines that are there, and the command for each that is not', async () => {
  const { engines } = JSON.parse((await runCli(['doctor', '--json'])).stdout)
  const names = ['onnxruntime', 'tfjs tensorflow', 'tfjs webgpu', 'tfjs wasm', 'tfjs cpu']
  expect(engines.map(({ name }: { name: string }) => name)).toEqual(names)
  expect(engines[0]).toMatchObject({ available: true, command: null })
  const { stdout } = await runCli(['doctor'])
  for (const { name, available, command } of engines) {
    const line = stdout.split('\n').find((text) => text.includes(`  ${name} `))
    expect(line).toMatch(available ? /^ok/ : /^--/)
    if (!available) expect(line).toMatch(new RegExp(`${command}$`))
  }
})

test('--miner drain gives templates as Drain3 numbers them, and only it takes the flags of Drain', async () => {
  const outDir = join(folder, 'drain')
  const args = ['parse', suspicious, '--out-dir', outDir, '--json']
  expect((await runCli([...args, '--miner', 'drain', '--sim-th', '0.5'])).code).toBe(0)
  expect(JSON.parse(readFileSync(join(outDir, 'preview.json'), 'utf8'))[0].template_id).toBe('1')
  expect((await runCli(args)).code).toBe(0)
  expect(JSON.parse(readFileSync(join(outDir, 'preview.json'), 'utf8'))[0].template_id).toMatch(/^t[0-9a-f]{12}$/)
  const stray = await runCli([...args, '--sim-th', '0.5'])
  expect([stray.code, stray.stderr]).toEqual([2, expect.stringContaining('--miner drain')])
})

test('a state saved by one miner is taken up by its own kind, whatever --miner says', async () => {
  const state = join(folder, 'evidence_state.json')
  const args = ['parse', normal, '--out-dir', join(folder, 'kinds'), '--drain-state', state]
  await runCli(args)
  expect(JSON.parse(readFileSync(state, 'utf8')).format).toBe('sp-evidence')
  expect((await runCli([...args, '--miner', 'drain'])).code).toBe(0)
  expect(JSON.parse(readFileSync(state, 'utf8')).format).toBe('sp-evidence')
})

test('the number of threads changes nothing in what parse writes', async () => {
  const log = join(folder, 'big.log')
  const block = Array.from({ length: 20_000 }, (_, i) => {
    const header = `Jun ${String(1 + (i % 28)).padStart(2)} 04:00:${10 + (i % 50)} web${i % 3} app[${i % 99}]`
    return `${header}: request ${i} of user u${i % 7} took ${i % 400} ms\n`
  })
  writeFileSync(log, block.join('').repeat(16))
  const outputs: Record<string, Buffer>[] = []
  for (const workers of ['1', '3']) {
    const outDir = join(folder, `workers-${workers}`)
    const run = await runCli(['parse', log, '--year', '2024', '--workers', workers, '--out-dir', outDir])
    expect([run.code, run.stderr]).toEqual([0, ''])
    const files = readdirSync(outDir, { recursive: true }) as string[]
    const whole = files.filter((file) => statSync(join(outDir, file)).isFile())
    outputs.push(Object.fromEntries(whole.map((file) => [file, readFileSync(join(outDir, file))])))
  }
  expect(Object.keys(outputs[0])).toContain('parsed.parquet')
  expect(Object.keys(outputs[0]).filter((file) => !outputs[0][file].equals(outputs[1][file]))).toEqual([])
}, 120_000)

test('a number of threads that is none is refused', async () => {
  const run = await runCli(['parse', normal, '--workers', '0', '--out-dir', join(folder, 'none')])
  expect([run.code, run.stdout]).toEqual([2, ''])
  expect(run.stderr).toContain('--workers 0 is no whole number from 1 to 64')
})
