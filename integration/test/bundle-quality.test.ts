import { spawn } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { ROOT, runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const bundle = join(folder, 'bundle')
const damaged = join(folder, 'damaged')
const TRAINING = ['--epochs', '4', '--budget', '0.02', '--session-budget', '0.05', '--session-key', 'job-\\d+']
const QUICK = [...TRAINING, '--detectors', 'lines', 'sequences']

/** Jobs, one after the other, that take some steps each. */
function jobs(from: number, to: number): string[] {
  let state = from + 1
  function below(limit: number): number {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 16) % limit
  }
  const lines: string[] = []
  let time = Date.UTC(2026, 2, 1) + from * 60_000
  for (let job = from; job < to; job++) {
    for (const step of ['queued', 'started', ...Array<string>(1 + below(3)).fill('wrote a block'), 'done']) {
      time += 1000 + 1000 * below(9)
      lines.push(`${new Date(time).toISOString().slice(0, 19)}Z web-1 app[42]: job-${job} ${step} in ${below(50)} ms`)
    }
  }
  return lines
}

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n') + '\n')
  return path
}

const normal = write('normal.log', jobs(0, 500))
const strange = jobs(500, 600)
strange.splice(200, 0, ...Array.from({ length: 4 }, () => strange[200].replace(/job-\d+ .*/, 'job-1 is on fire')))
const judged = write('judged.log', strange)
const labels = join(folder, 'labels.json')
const incident = { id: 'i1', kind: 'unseen', firstLine: 200, lastLine: 203, lines: [200, 201, 202, 203] }
writeFileSync(labels, JSON.stringify({ format: 'sp-labels', version: 1, source: 'judged.log', incidents: [incident] }))

beforeAll(async () => {
  const { code, stderr } = await runCli(['train', normal, '-o', bundle, ...QUICK])
  expect([code, stderr]).toEqual([0, ''])
  cpSync(bundle, damaged, { recursive: true })
  appendFileSync(join(damaged, 'templates.json'), ' ')
}, 120_000)

test('validate gives a score with reasons and leaves a report', async () => {
  const out = join(folder, 'validation')
  const run = await runCli(['validate', bundle, judged, '--labels', labels, '-o', out, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { score, criteria, labelled, planted } = JSON.parse(run.stdout)
  expect(score).toBeGreaterThan(50)
  expect(criteria).toHaveLength(7)
  expect(labelled).toMatchObject({ incidents: 1, found: 1 })
  expect(planted.incidents).toBeGreaterThan(4)
  expect(readdirSync(out).sort()).toEqual([
    'planted.labels.json',
    'planted.log',
    'validation_report.json',
    'validation_report.md',
  ])
  const text = await runCli(['validate', bundle])
  expect(text.stdout).toMatch(/^\d+\.\d of 100: \w+\n\ncriterion +points +of +why\n/)
})

test('compare says which bundle is better, or that nothing says so', async () => {
  const other = join(folder, 'other')
  const sent = write(
    'sent.log',
    jobs(0, 500).map((line) => line.replace('wrote a block', 'sent a letter')),
  )
  expect((await runCli(['train', sent, '-o', other, ...QUICK.slice(0, -1), '--no-sample'])).code).toBe(0)
  const run = await runCli(['compare', bundle, other, '-o', join(folder, 'comparison')])
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(run.stdout).toMatch(/^the first is better: /)
  expect(readdirSync(join(folder, 'comparison'))).toEqual(['comparison_report.md', 'model_comparison.json'])
  const twin = await runCli(['compare', bundle, bundle, judged])
  expect(twin.stdout).toMatch(/^no verdict: both are the same bundle\n/)
}, 120_000)

test('doctor looks into bundles, and holds a log against them', async () => {
  const run = await runCli(['doctor', bundle, normal, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const [{ checks }] = JSON.parse(run.stdout).bundles
  const notFine = checks.filter((check: { isFine: boolean }) => !check.isFine)
  expect(notFine.map(({ what }: { what: string }) => what)).toEqual(['identity of the log'])
  const ill = await runCli(['doctor', damaged])
  expect(ill.stdout).toMatch(/!! {2}whole .*templates\.json was changed or damaged/)
  expect(ill.stderr).toMatch(/^sp: the bundle .*templates\.json was changed or damaged.*\n$/)
  expect(ill.code).toBe(2)
})

test('an exported folder judges lines in a process that has onnxruntime-node alone', async () => {
  const out = join(folder, 'pipeline')
  const run = await runCli(['hybrid-pipeline', normal, '-o', out, '--portable', ...QUICK, '--json'])
  expect([run.code, run.stderr]).toEqual([0, ''])
  const { conversion } = JSON.parse(run.stdout)
  for (const { parity } of conversion.models) expect(parity.logProbabilities).toBeLessThan(1e-4)

  const alone = join(folder, 'alone')
  cpSync(join(ROOT, 'docs/deploy/onnx'), alone, { recursive: true })
  mkdirSync(join(alone, 'node_modules'))
  symlinkSync(join(ROOT, 'node_modules/onnxruntime-node'), join(alone, 'node_modules/onnxruntime-node'))
  for (const name of ['infer.mjs', 'judge-lines.mjs']) {
    expect(readFileSync(join(alone, name), 'utf8')).not.toContain('@sp/')
  }
  const shown = await node(alone, ['infer.mjs', join(out, 'deployment'), judged])
  for (const line of [201, 202, 203, 204]) expect(shown).toContain(`${line}: `)
  expect(shown.split('\n').length).toBeLessThan(40)
}, 120_000)

test('convert-onnx replaces its own folders only', async () => {
  const out = join(folder, 'deployment')
  for (const opset of ['17', '13']) {
    const run = await runCli(['convert-onnx', bundle, '-o', out, '--opset', opset])
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toContain(`deeplog.onnx: opset ${opset}, `)
  }
  const refused = await runCli(['convert-onnx', bundle, '-o', bundle])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toMatch(/is a folder that is no deployment/)
})

const nowhere = join(folder, 'nowhere')
const CASES: [string, () => string[], RegExp][] = [
  ['validate without a bundle there', () => ['validate', nowhere], /is no bundle .*sp train/],
  ['validate with a log for a bundle', () => ['validate', normal], /is no bundle/],
  ['validate with labels but no log', () => ['validate', bundle, '--labels', labels], /--labels needs the log/],
  [
    'validate with labels that are not there',
    () => ['validate', bundle, judged, '--labels', nowhere],
    /cannot read the labels/,
  ],
  [
    'validate with labels of another log',
    () => ['validate', bundle, normal, '--labels', labels],
    /labels are of judged\.log/,
  ],
  ['validate a damaged bundle', () => ['validate', damaged], /templates\.json was changed or damaged/],
  ['compare with one bundle missing', () => ['compare', bundle, nowhere], /is no bundle/],
  ['compare on standard input', () => ['compare', bundle, bundle, '-'], /read only once/],
  ['convert what is no bundle', () => ['convert-onnx', folder, '-o', nowhere], /is no bundle/],
  [
    'convert at an opset nobody knows',
    () => ['convert-onnx', bundle, '-o', nowhere, '--opset', '3'],
    /opset 3; expected/,
  ],
  ['convert without a folder', () => ['convert-onnx', bundle], /out-dir/],
  ['watch standard input', () => ['hybrid-pipeline', '-', '-o', nowhere, '--watch'], /no size to watch/],
  [
    'watch without time',
    () => ['hybrid-pipeline', normal, '-o', nowhere, '--watch', '--interval', '0'],
    /--interval 0/,
  ],
]

test.each(CASES)('%s: one clear sentence, exit code 2, nothing left behind', async (_, args, sentence) => {
  const run = await runCli(args())
  expect(run.stderr).toMatch(sentence)
  expect(run.stderr).toMatch(/^sp: \S.*\n$/)
  expect(run.stderr).not.toContain('defect of sp')
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: '' })
  expect(existsSync(nowhere)).toBe(false)
})

test('watch trains again when the log has grown, and ends well when interrupted', async () => {
  const log = write('watched.log', jobs(0, 200))
  const out = join(folder, 'watched')
  const results = join(out, 'pipeline_results.json')
  let grown = false
  const run = await runCli(['hybrid-pipeline', log, '-o', out, '--watch', '--interval', '0.2', ...QUICK], {
    interruptWhen() {
      if (!existsSync(results)) return false
      if (!grown) appendFileSync(log, jobs(200, 300).join('\n') + '\n')
      grown = true
      return JSON.parse(readFileSync(results, 'utf8')).records > jobs(0, 200).length
    },
  })
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
  expect(run.stdout).toMatch(/stopped; .*deployment stays\n$/)
}, 120_000)

/** What a program prints. */
function node(cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NODE_OPTIONS: '' } })
    let shown = ''
    child.stdout.on('data', (chunk) => (shown += chunk))
    child.stderr.on('data', (chunk) => (shown += chunk))
    child.on('error', reject)
    child.on('close', () => resolve(shown))
  })
}
