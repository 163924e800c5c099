import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTable } from '@sp/log-table'
import { runCli, temporaryFolder } from './run-cli.js'

const folder = temporaryFolder()
const SMALL = ['--epochs', '30', '--hidden', '16', '--layers', '1', '--embedding', '8', '--learning-rate', '0.02']

/** Jobs that open, read or write some times, and close; each line one second after the one before. */
function jobsLog(count: number, { seed, strange = [] }: { seed: number; strange?: readonly string[][] }): string {
  let state = seed
  function below(limit: number): number {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 16) % limit
  }
  const lines: string[] = []
  const stories = Array.from({ length: count }, () => [
    'opened its input',
    ...Array.from({ length: 1 + below(3) }, () => (below(2) ? `has read ${100 + below(9)} rows` : 'flushed the cache')),
    'closed its input',
  ])
  stories.push(...strange)
  stories.forEach((story, job) => {
    for (const step of story) {
      const time = new Date(Date.UTC(2026, 0, 31, 8) + lines.length * 1000).toISOString().slice(0, 19)
      lines.push(`${time}Z host1 worker[7]: job_${seed}${job} ${step}`)
    }
  })
  return lines.join('\n') + '\n'
}

async function sequencesOf(name: string, log: string, extra: readonly string[]): Promise<string> {
  const out = join(folder, name)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'app.log'), log)
  const state = ['--drain-state', join(folder, 'state.json')]
  const parse = await runCli(['parse', join(out, 'app.log'), '--out-dir', out, ...state, ...extra])
  expect([parse.code, parse.stderr]).toEqual([0, ''])
  const vocab = extra.includes('--match-only') ? ['--vocab', join(folder, 'normal/vocab.json')] : []
  const parsed = join(out, 'parsed.parquet')
  const build = ['build-deeplog', '--parsed', parsed, '--out-dir', out, '--session-key', 'job_\\d+', ...vocab]
  const built = await runCli(build)
  expect([built.code, built.stderr]).toEqual([0, ''])
  return join(out, 'sequences.parquet')
}

test('from normal logs to a model to alerts, and again, byte for byte', async () => {
  const seq = await sequencesOf('normal', jobsLog(200, { seed: 1 }), [])
  const vocabulary = JSON.parse(readFileSync(join(folder, 'normal/vocab.json'), 'utf8'))
  expect([vocabulary['<PAD>'], vocabulary['<UNK>']]).toEqual([0, 1])
  const columns = await readTable(seq)
  expect(Object.keys(columns).slice(0, 4)).toEqual(['line_no', 'timestamp', 'host', 'template_index'])

  const model = join(folder, 'model.safetensors')
  const train = ['deeplog-train', '--seq', seq, '--vocab', join(folder, 'normal/vocab.json'), ...SMALL]
  const trained = await runCli([...train, '--out', model, '--parsed', join(folder, 'normal/parsed.parquet'), '--json'])
  expect([trained.code, trained.stderr]).toEqual([0, ''])
  expect(JSON.parse(trained.stdout)).toMatchObject({ format: 'sp-deeplog-train', sessions: 200, valueTemplates: 4 })
  await runCli([...train, '--out', `${model}.again`, '--parsed', join(folder, 'normal/parsed.parquet')])
  expect(readFileSync(`${model}.again`)).toEqual(readFileSync(model))

  const strange = [
    ['opened its input', 'caught fire in the engine room', 'closed its input'],
    ['opened its input', 'opened its input', 'closed its input'],
    ['opened its input', 'flushed the cache'],
  ]
  const judgedSeq = await sequencesOf('judged', jobsLog(50, { seed: 2, strange }), ['--match-only'])
  const infer = [
    'deeplog-infer',
    '--seq',
    judgedSeq,
    '--model',
    model,
    '--parsed',
    join(folder, 'judged/parsed.parquet'),
  ]
  const run = await runCli([...infer, '--json', '--fail-on-anomaly'])
  expect([run.code, run.stderr]).toEqual([1, ''])
  const summary = JSON.parse(run.stdout)
  expect(summary.total_novels).toBe(1)
  expect(summary.novelty_aggregation[0].template).toContain('caught fire')
  const sessions = await readTable(join(folder, 'judged/deeplog_sessions.parquet'))
  expect(Array.from(sessions.is_anomaly).slice(-3)).toEqual([true, true, true])
  expect(Array.from(sessions.is_anomaly).slice(0, 50).filter(Boolean).length).toBeLessThanOrEqual(2)
  const alerts = await readTable(join(folder, 'judged/deeplog_alerts.parquet'))
  const novelty = Array.from(alerts.alert_type).indexOf('NOVELTY')
  expect(alerts.details[novelty]).toContain('nearest known')
  expect(alerts.raw[novelty]).toContain('caught fire')
  const events = await readTable(join(folder, 'judged/deeplog_infer.parquet'))
  expect(Object.keys(events)).toEqual(
    expect.arrayContaining([
      'idx',
      'timestamp',
      'entity',
      'target',
      'in_topk',
      'is_novel',
      'prediction_ok',
      'predicted_top1',
    ]),
  )

  const files = ['deeplog_infer.parquet', 'deeplog_alerts.parquet', 'deeplog_summary.json', 'deeplog_sessions.parquet']
  const before = files.map((file) => readFileSync(join(folder, 'judged', file)))
  expect((await runCli(infer)).code).toBe(0)
  expect(files.map((file) => readFileSync(join(folder, 'judged', file)))).toEqual(before)
})

test('a model is updated with new templates, and then knows them', async () => {
  const log = jobsLog(200, { seed: 3 }).replaceAll('closed its input', 'archived its input')
  const seq = await sequencesOf('new', log, [])
  const [model, updated] = [join(folder, 'model.safetensors'), join(folder, 'updated.safetensors')]
  const out = join(folder, 'new')
  const parsed = ['--parsed', join(out, 'parsed.parquet'), '--session-key', 'job_\\d+', '--model', model]
  expect((await runCli(['build-deeplog', ...parsed, '--out-dir', out])).code).toBe(0)
  const update = ['deeplog-train', '--seq', seq, '--vocab', join(out, 'vocab.json'), '--update', model]
  const run = await runCli([...update, '--out', updated])
  expect([run.code, run.stderr]).toEqual([0, ''])
  expect(run.stdout).toContain('update: 200 new sessions, 1 new templates')
  async function share(path: string): Promise<number> {
    const result = await runCli([
      'deeplog-infer',
      '--seq',
      seq,
      '--model',
      path,
      '--out-dir',
      join(folder, 'x'),
      '--json',
    ])
    return JSON.parse(result.stdout).violation_rate
  }
  expect(await share(model)).toBeGreaterThan(0.2)
  expect(await share(updated)).toBeLessThan(0.02)
})

test('flags that an update would ignore are refused', async () => {
  const [seq, vocab] = ['sequences.parquet', 'vocab.json'].map((name) => join(folder, 'normal', name))
  const update = ['--update', join(folder, 'model.safetensors'), '--budget', '0.01', '--seq-len', '20', '--epochs', '1']
  const run = await runCli(['deeplog-train', '--seq', seq, '--vocab', vocab, '--out', join(folder, 'none'), ...update])
  expect(run.code).toBe(2)
  expect(run.stderr).toContain('leave --seq-len, --budget out')
})

test.each([
  ['a session key that is no rule', ['build-deeplog', '--session-key', 'hdfs-bloc'], 'no session key rule'],
  ['a session key that no line has', ['build-deeplog', '--session-key', 'hdfs-block'], 'choose another --session-key'],
  ['a session timeout of nothing', ['build-deeplog', '--session-timeout', '0'], 'expected a positive number'],
])('%s is a sentence and exit code 2', async (_, [command, ...flags], message) => {
  const parsed = join(folder, 'normal/parsed.parquet')
  const run = await runCli([command, '--parsed', parsed, '--out-dir', join(folder, 'refused'), ...flags])
  expect(run.code).toBe(2)
  expect(run.stderr).toContain(message)
})

test.each([
  ['a model that does not exist', ['--model', 'nowhere.safetensors'], 'run "sp deeplog-train"'],
  ['a model that is none', ['--model', 'package.json'], 'no DeepLog model'],
  ['K above N', ['--k-of-n-k', '11'], '1 ≤ k ≤ n'],
  ['a top p above 1', ['--top-p', '2'], '0 < p ≤ 1'],
])('%s is refused by deeplog-infer', async (_, flags, message) => {
  const model = flags[0] === '--model' ? [] : ['--model', join(folder, 'model.safetensors')]
  const run = await runCli(['deeplog-infer', '--seq', join(folder, 'normal/sequences.parquet'), ...model, ...flags])
  expect(run.code).toBe(2)
  expect(run.stderr).toContain(message)
})

test('too little data to train on says how much there is and how much is needed', async () => {
  const seq = await sequencesOf('little', jobsLog(5, { seed: 4 }), [])
  const vocab = join(folder, 'little/vocab.json')
  const run = await runCli(['deeplog-train', '--seq', seq, '--vocab', vocab, '--out', join(folder, 'none')])
  expect(run.code).toBe(2)
  expect(run.stderr).toMatch(/5 normal sessions with \d+ events, expected at least 8 with 100/)
})
