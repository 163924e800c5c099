import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readTable } from '@sp/log-table'
import { runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
function at(...names: string[]): string {
  return join(folder, ...names)
}

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

async function parsed(name: string, ...making: string[]): Promise<string> {
  await run('gen-synth', '--out', at(`${name}.log`), ...making)
  const matching = name === 'normal' ? [] : ['--match-only']
  await run('parse', at(`${name}.log`), '--out-dir', at(name), '--drain-state', at('state.json'), ...matching)
  return at(name, 'parsed.parquet')
}

test('from normal logs to a model of series to flagged windows and their analysis', async () => {
  const normal = await parsed('normal', '--lines', '20000', '--anomaly-rate', '0', '--seed', '1')
  await run('build-mscred', '--parsed', normal, '--out-dir', at('normal'))
  const counts = at('normal', 'window_counts.parquet')
  const trained = JSON.parse(await run('mscred-train', '--window-counts', counts, '--out', at('model'), '--json'))
  expect(trained).toMatchObject({ format: 'sp-mscred-train', mode: 'ensemble', series: 30 })

  const judged = await parsed('bursts', '--lines', '8000', '--anomaly-types', 'burst', '--seed', '2')
  const mapping = ['--mapping', at('normal', 'template_mapping.json')]
  await run('build-mscred', '--parsed', judged, '--out-dir', at('bursts'), ...mapping)
  const infer = ['mscred-infer', '--window-counts', at('bursts', 'window_counts.parquet'), '--model', at('model')]
  const found = JSON.parse(await run(...infer, '--threshold-method', 'highest', '--json'))
  expect(found.anomalies).toBeGreaterThan(0)
  const table = await readTable(at('bursts', 'mscred_infer.parquet'))
  expect(table.is_anomaly.length).toBe(found.frames)
  const analysis = JSON.parse(await run('analyze-mscred', '--data-dir', at('bursts'), '--json'))
  expect(analysis).toMatchObject({ format: 'sp-mscred-analysis', anomalies: found.anomalies })
  expect(existsSync(at('bursts', 'mscred_report.md'))).toBe(true)

  const other = await runCli([
    'build-mscred',
    '--parsed',
    judged,
    '--out-dir',
    at('other'),
    '--window',
    '60s',
    ...mapping,
  ])
  expect([other.code, other.stdout]).toEqual([2, ''])
  expect(other.stderr).toContain('the mapping decides windows')
})
