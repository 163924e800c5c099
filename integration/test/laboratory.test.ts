import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readLabels } from '@sp/evaluation'
import { readTable } from '@sp/log-table'
import { ROOT, runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const normal = join(ROOT, 'examples/logs/normal.log')
const suspicious = join(ROOT, 'examples/logs/suspicious.log')
const labels = join(ROOT, 'examples/logs/suspicious.labels.json')

test.each([
  ['gen-synth', 5000, 100],
  ['gen-training-data', 10_000, 0],
  ['gen-inference-normal', 1000, 0],
  ['gen-inference-anomaly', 1000, 150],
])(
  '%s writes a log of %d lines with %d labelled ones, and the same again for the same seed',
  async (name, lines, labelled) => {
    const [one, two] = [join(folder, `${name}.log`), join(folder, `${name}-again.log`)]
    const run = await runCli([name, '--out', one, '--json'])
    expect([run.code, run.stderr]).toEqual([0, ''])
    const text = readFileSync(one, 'utf8')
    expect(text.split('\n')).toHaveLength(lines + 1)
    const meta = JSON.parse(readFileSync(`${one}.meta.json`, 'utf8'))
    expect([meta.total_lines, meta.anomaly_count]).toEqual([lines, labelled])
    const table = await readTable(`${one}.labels.parquet`)
    expect(Object.keys(table).slice(0, 2)).toEqual(['line_no', 'is_anomaly'])
    expect(Array.from(table.is_anomaly as number[]).reduce((a, b) => a + b, 0)).toBe(labelled)
    expect(readLabels(readFileSync(`${one}.labels.json`, 'utf8')).source).toBe(`${name}.log`)
    await runCli([name, '--out', two])
    expect(readFileSync(two, 'utf8') === text).toBe(true)
  },
)

test('gen-synth writes all its files or none', async () => {
  const out = join(folder, 'refused', 'some.log')
  mkdirSync(`${out}.meta.json`, { recursive: true })
  const { code, stderr } = await runCli(['gen-synth', '--out', out, '--lines', '100'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('some.log.meta.json is a folder')])
  expect(readdirSync(dirname(out))).toEqual(['some.log.meta.json'])
})

test('gen-synth writes the kinds and the format asked for', async () => {
  const out = join(folder, 'journald.log')
  const args = ['--anomaly-types', 'slow', '--anomaly-types', 'attack', '--format', 'journald', '--host', 'solo']
  expect((await runCli(['gen-synth', '--out', out, ...args])).code).toBe(0)
  const meta = JSON.parse(readFileSync(`${out}.meta.json`, 'utf8'))
  expect(meta.anomaly_types_used).toEqual(['attack', 'slow'])
  const first = JSON.parse(readFileSync(out, 'utf8').split('\n')[0])
  expect(first._HOSTNAME).toBe('solo')
})

test('eval compares what detect found with the labels, in the lines of the reference system', async () => {
  const outDir = join(folder, 'eval')
  await runCli(['analyze', suspicious, '--train', normal, '--out-dir', outDir])
  const run = await runCli(['eval', '--processed-dir', outDir, '--labels', labels, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const [baseline] = JSON.parse(run.stdout).evaluations
  expect(baseline).toMatchObject({ detector: 'Baseline', unit: 'window' })
  expect(baseline.incidents.incidentRecall).toBeGreaterThanOrEqual(0.8)
  expect(baseline.flags.f1).toBeGreaterThan(baseline.flagEverything.f1)
  const text = readFileSync(join(outDir, 'eval.txt'), 'utf8')
  expect(text).toMatch(/^Baseline: Precision=\d\.\d{3} Recall=\d\.\d{3} F1=\d\.\d{3}\n/)
})

test('eval says what is missing', async () => {
  const run = await runCli(['eval', '--processed-dir', folder, '--labels', labels])
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('baseline_scores.parquet')])
})

test('analyze-temporal finds nothing in three identical days, and the burst at night that is added to one', async () => {
  const log = join(folder, 'days.log')
  writeFileSync(log, [...day(2), ...day(3), ...day(4)].join('\n') + '\n')
  const outDir = join(folder, 'temporal')
  const run = await runCli(['analyze-temporal', '--data-dir', log, '--output-dir', outDir, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(JSON.parse(run.stdout)).toMatchObject({ status: 'by-other-days', anomalies: [] })
  expect(readdirSync(outDir).sort()).toEqual([
    'temporal_anomalies.json',
    'temporal_profiles.json',
    'temporal_report.md',
  ])
  const night = join(folder, 'night.log')
  writeFileSync(night, day(5, 600).join('\n') + '\n')
  const args = ['analyze-temporal', '--data-dir', night, '--baseline', log, '--output-dir', outDir, '--fail-on-anomaly']
  expect((await runCli(args)).code).toBe(1)
  const [anomaly] = JSON.parse(readFileSync(join(outDir, 'temporal_anomalies.json'), 'utf8'))
  expect(anomaly).toMatchObject({ type: 'temporal_volume_anomaly', hour: 3, severity: 'high' })
})

test('analyze-temporal judges an analysed folder by a normal log', async () => {
  const outDir = join(folder, 'analysed')
  await runCli(['analyze', suspicious, '--train', normal, '--out-dir', outDir])
  const run = await runCli([
    'analyze-temporal',
    '--data-dir',
    outDir,
    '--baseline',
    normal,
    '--output-dir',
    join(outDir, 'temporal'),
    '--json',
  ])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { status, hoursJudged } = JSON.parse(run.stdout)
  expect(status).toBe('judged')
  expect(hoursJudged).toBeGreaterThan(12)
  const profiles = JSON.parse(readFileSync(join(outDir, 'temporal', 'temporal_profiles.json'), 'utf8'))
  expect(profiles.baseline_period.start).toMatch(/-03-02T/)
})

test('detect tells a lasting change once, by its line', async () => {
  const [log, outDir] = [join(folder, 'drift.log'), join(folder, 'drift')]
  await runCli([
    'gen-synth',
    '--out',
    log,
    '--lines',
    '30000',
    '--drift',
    '2026-03-08T12:00:00Z',
    '--anomaly-rate',
    '0',
  ])
  await runCli(['parse', log, '--out-dir', outDir])
  const run = await runCli(['detect', '--parsed', join(outDir, 'parsed.parquet'), '--out-dir', outDir, '--json'])
  const { levelShifts } = JSON.parse(run.stdout)
  expect(levelShifts).toHaveLength(1)
  expect(levelShifts[0].template).toContain('refresh')
  expect(levelShifts[0]).toMatchObject({ before: 0 })
})

test('analyze-temporal says that a log has no times, in valid JSON', async () => {
  const log = join(folder, 'timeless.log')
  writeFileSync(log, 'started\nstopped\n'.repeat(100))
  const outDir = join(folder, 'timeless')
  const run = await runCli(['analyze-temporal', '--data-dir', log, '--output-dir', outDir])
  expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('no timestamps')])
  expect(JSON.parse(readFileSync(join(outDir, 'temporal_anomalies.json'), 'utf8'))).toEqual([])
})

test('analyze-comparative finds nothing beside the log itself, and counts all baselines', async () => {
  const outDir = join(folder, 'comparative')
  const same = await runCli([
    'analyze-comparative',
    '--target',
    normal,
    '--baselines',
    normal,
    '--output-dir',
    outDir,
    '--json',
  ])
  expect([same.code, same.stderr]).toEqual([0, ''])
  expect(JSON.parse(same.stdout).anomalies).toEqual([])
  const other = await runCli([
    ...['analyze-comparative', '--target', suspicious, '--output-dir', outDir, '--json'],
    ...['--baselines', normal, '--baselines', join(folder, 'gen-training-data.log')],
  ])
  const { baselines, anomalies } = JSON.parse(other.stdout)
  expect(baselines).toHaveLength(2)
  expect(anomalies.map(({ type }: { type: string }) => type)).toContain('excessive_unique_templates')
  expect(readdirSync(outDir).sort()).toEqual([
    'comparative_anomalies.json',
    'comparative_report.md',
    'file_profiles.json',
  ])
})

test('validate-baseline honours its threshold and names what is wrong', async () => {
  const outDir = join(folder, 'quality')
  const errors = join(folder, 'errors.log')
  writeFileSync(errors, 'Mar  2 00:00:00 web app[1]: ERROR cannot connect\n'.repeat(200))
  const args = ['validate-baseline', normal, errors, '--output-dir', outDir, '--json']
  const run = await runCli([...args, '--fail-on-anomaly'])
  expect([run.code, run.stderr]).toEqual([1, ''])
  const { files } = JSON.parse(run.stdout)
  expect(files.map(({ valid }: { valid: boolean }) => valid)).toEqual([true, false])
  expect(files[1].issues[0].criterion).toBe('error_rate')
  const strict = JSON.parse((await runCli([...args, '--score-threshold', '1'])).stdout)
  expect(strict.scoreThreshold).toBe(1)
  expect(readdirSync(outDir).sort()).toEqual(['baseline_validation_report.md', 'validation_result.json'])
})

/** Lines of a day in March, one a minute; at three in the morning so many more. */
function day(date: number, burst = 0): string[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const lines = 60 + (hour === 3 ? burst : 0)
    return Array.from({ length: lines }, (_, i) => {
      const time = new Date(Date.UTC(2026, 2, date, hour) + Math.floor((i * 3_600_000) / lines)).toISOString()
      return `${time} web app[1]: request served in ${i} ms`
    })
  }).flat()
}
