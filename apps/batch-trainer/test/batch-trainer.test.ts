import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BatchSummary } from '../src/batch-summary.js'
import { runBatchTrainer, startBatch } from './batch-process.js'
import { temporaryFolder } from './temporary-folder.js'

const EXAMPLE = fileURLToPath(new URL('../../../examples/logs/normal.log', import.meta.url))
const folder = temporaryFolder()
const NAMES = ['first', 'second', 'third']

/** A plan of three bundles, one after the other. */
function writePlan(name: string): string {
  const bundles = NAMES.map((bundle) => `  - name: ${bundle}\n    sources: [${bundle}.log]\n`)
  const path = join(folder, `${name}.yml`)
  writeFileSync(
    path,
    `version: 1\nout: ${name}\nparallel: 1\ndefaults:\n  settings: { detectors: [lines] }\nbundles:\n${bundles.join('')}`,
  )
  return path
}

function logOf(out: string, name: string): { event: string; reused?: boolean }[] {
  const lines = readFileSync(join(folder, out, 'logs', `${name}.jsonl`), 'utf8').trimEnd()
  return lines.split('\n').map((line) => JSON.parse(line) as { event: string; reused?: boolean })
}

beforeAll(() => {
  const lines = readFileSync(EXAMPLE, 'utf8').split('\n')
  for (const [i, name] of NAMES.entries()) {
    writeFileSync(join(folder, `${name}.log`), lines.slice(i * 2000, i * 2000 + 2000).join('\n') + '\n')
  }
})

describe('a plan that is killed in the middle', () => {
  let undisturbed: BatchSummary
  let resumed: BatchSummary
  beforeAll(async () => {
    const run = await runBatchTrainer([writePlan('undisturbed'), '--json'])
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('third: trained, 2,000 records') as string })
    undisturbed = JSON.parse(run.stdout) as BatchSummary

    const plan = writePlan('killed')
    const killed = startBatch([plan])
    await killed.said('second: started')
    killed.child.kill('SIGKILL')
    expect((await killed.end).signal).toBe('SIGKILL')
    const again = await runBatchTrainer([plan, '--json'])
    expect(again.code).toBe(0)
    resumed = JSON.parse(again.stdout) as BatchSummary
  }, 120_000)

  it('is not begun anew: what was finished stays', () => {
    expect(resumed.jobs.map(({ name, state }) => [name, state])).toEqual([
      ['first', 'unchanged'],
      ['second', 'trained'],
      ['third', 'trained'],
    ])
    const finished = logOf('killed', 'first').filter(({ event }) => event === 'finished')
    expect(finished.map(({ reused }) => reused)).toEqual([false, true])
  })

  it('ends with the bundles of a plan that nobody disturbed', () => {
    function hashes({ jobs }: BatchSummary) {
      return jobs.map(({ result }) => result?.hash)
    }
    expect(hashes(resumed)).toEqual(hashes(undisturbed))
    expect(readdirSync(join(folder, 'killed', 'bundles')).sort()).toEqual([...NAMES].sort())
  })

  it('leaves a log for each job, and a summary', () => {
    expect(logOf('undisturbed', 'third').map(({ event }) => event)).toEqual(
      expect.arrayContaining(['started', 'progress', 'finished']),
    )
    const saved = JSON.parse(readFileSync(join(folder, 'killed', 'summary.json'), 'utf8')) as BatchSummary
    expect(saved).toEqual(resumed)
    const page = readFileSync(join(folder, 'killed', 'summary.html'), 'utf8')
    expect(page).toContain('3 bundles: 2 trained, 1 unchanged')
    expect(page).toContain('href="logs/first.jsonl"')
  })
})

it('goes on with the others when a job fails, and says so at the end', async () => {
  writeFileSync(join(folder, 'short.log'), 'one line\nand another\n')
  const plan = join(folder, 'failing.yml')
  const bundles = '  - {name: short, sources: [short.log]}\n  - {name: good, sources: [first.log]}\n'
  writeFileSync(plan, `version: 1\nout: failing\ndefaults:\n  settings: {detectors: [lines]}\nbundles:\n${bundles}`)
  const { code, stdout, stderr } = await runBatchTrainer([plan])
  expect(code).toBe(2)
  expect(stdout).toContain('2 bundles: 1 trained, 1 failed')
  expect(stderr).toMatch(/short: failed: .+/)
  expect(stderr).not.toMatch(/\n\s+at /)
}, 60_000)

it('says in one sentence what is wrong with a plan, and begins nothing', async () => {
  const plan = join(folder, 'wrong.yml')
  writeFileSync(plan, 'version: 1\nout: wrong\nbundles:\n  - name: x\n    sources: [nowhere.log]\n')
  const { code, stderr } = await runBatchTrainer([plan])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^batch-trainer: .*wrong\.yml:5: bundles\.0\.sources: .*nowhere\.log.*\n$/)
  expect(existsSync(join(folder, 'wrong'))).toBe(false)
}, 30_000)

it('gives the same bundle when the logs are read in shards', async () => {
  const plan = join(folder, 'sharded.yml')
  const bundles = '  - {name: whole, sources: ["*.log.0"]}\n  - {name: parts, sources: ["*.log.0"], shards: 3}\n'
  const lines = readFileSync(EXAMPLE, 'utf8').split('\n')
  writeFileSync(join(folder, 'a.log.0'), lines.slice(0, 2500).join('\n') + '\n')
  writeFileSync(join(folder, 'b.log.0'), lines.slice(2500, 4000).join('\n') + '\n')
  writeFileSync(plan, `version: 1\nout: sharded\ndefaults:\n  settings: {detectors: [lines]}\nbundles:\n${bundles}`)
  const { code, stdout, stderr } = await runBatchTrainer([plan, '--json'])
  expect([code, stderr]).toEqual([0, expect.any(String)])
  const [whole, parts] = (JSON.parse(stdout) as BatchSummary).jobs
  expect(parts.result?.hash).toBe(whole.result?.hash)
  expect(logOf('sharded', 'parts')).toContainEqual(expect.objectContaining({ step: 'mining shards' }))
}, 60_000)

it('stops at Ctrl-C, and goes on when it is started again', async () => {
  const plan = writePlan('interrupted')
  const run = startBatch([plan])
  await run.said('first: started')
  run.child.kill('SIGINT')
  expect(await run.end).toMatchObject({ code: 130, stderr: expect.stringContaining('start it again') as string })
  const { jobs } = JSON.parse(readFileSync(join(folder, 'interrupted', 'summary.json'), 'utf8')) as BatchSummary
  expect(jobs.map(({ state }) => state)).toEqual(['unfinished', 'waiting', 'waiting'])
}, 30_000)
