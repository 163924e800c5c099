import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BatchJob, JobResult } from '../src/batch-job.js'
import type { BatchSummary } from '../src/batch-summary.js'
import { JobError } from '../src/errors.js'
import type { JobEvent } from '../src/job-queue.js'
import { JobWorker } from '../src/redis/job-worker.js'
import { RedisQueue } from '../src/redis/redis-queue.js'
import type { RunJob } from '../src/run-job.js'
import { runBatchTrainer, startBatch } from './batch-process.js'
import { jobOf, RESULT } from './job-of.js'
import { hasRedis, startRedis, type TestRedis } from './redis-server.js'
import { temporaryFolder } from './temporary-folder.js'

const folder = temporaryFolder()
const whereRedisIs = hasRedis ? describe : describe.skip
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

whereRedisIs('jobs in Redis', () => {
  let redis: TestRedis
  let fleets = 0
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  /** Workers of one fleet and who hands jobs in, each test its own. */
  function newFleet() {
    const prefix = `fleet-${fleets++}`
    const workers: JobWorker[] = []
    return {
      async work(runJob: RunJob, about: { parallel?: number; budgetBytes?: number } = {}): Promise<JobWorker> {
        const worker = await JobWorker.start({
          url: redis.url,
          prefix,
          devices: ['cpu', 'gpu'],
          parallel: 4,
          budgetBytes: 1000,
          root: folder,
          leaseMs: 1000,
          onEvent: () => undefined,
          cores: 2,
          runnerOf: () => runJob,
          ...about,
        })
        workers.push(worker)
        return worker
      },
      async handIn(jobs: readonly BatchJob[]): Promise<[string, JobEvent][]> {
        const queue = await RedisQueue.open({ url: redis.url, prefix, root: folder })
        const events: [string, JobEvent][] = []
        await queue.run(jobs, {
          onEvent: ({ name }, event) => events.push([name, event]),
          signal: new AbortController().signal,
        })
        await queue.close()
        return events
      },
      end: () => Promise.all(workers.map((worker) => worker.close())),
    }
  }

  function kindsOf(events: readonly [string, JobEvent][], name: string): string[] {
    return events.filter(([of]) => of === name).map(([, { kind }]) => kind)
  }

  it('are done once by whoever is free, and their ends are told', async () => {
    const { work, handIn, end } = newFleet()
    const done: string[][] = [[], []]
    for (const own of done) {
      await work(
        async ({ name }) => {
          own.push(name)
          await pause(30)
          return RESULT
        },
        { parallel: 1 },
      )
    }
    const events = await handIn(NAMES.map((name) => jobOf(name)))
    expect(done.flat().sort()).toEqual(NAMES)
    expect(Math.min(...done.map(({ length }) => length))).toBeGreaterThan(0)
    for (const name of NAMES) expect(kindsOf(events, name)).toEqual(['started', 'finished'])
    await end()
  })

  it('on the GPU are done one at a time by all workers together', async () => {
    const { work, handIn, end } = newFleet()
    let [now, most] = [0, 0]
    async function runJob(): Promise<JobResult> {
      most = Math.max(most, ++now)
      await pause(40)
      now--
      return RESULT
    }
    await work(runJob)
    await work(runJob)
    const events = await handIn(NAMES.map((name) => jobOf(name, { device: 'gpu' })))
    expect(events.filter(([, { kind }]) => kind === 'finished')).toHaveLength(NAMES.length)
    expect(most).toBe(1)
    await end()
  })

  it('begin with the most urgent, and keep within the memory of a worker', async () => {
    const { work, handIn, end } = newFleet()
    const order: string[] = []
    let [taken, most] = [0, 0]
    async function runJob({ name, memoryBytes }: BatchJob): Promise<JobResult> {
      order.push(name)
      most = Math.max(most, (taken += memoryBytes))
      await pause(40)
      taken -= memoryBytes
      return RESULT
    }
    const handedIn = handIn([0, 5, -1, 9].map((priority, i) => jobOf(NAMES[i], { priority, memoryBytes: 500 })))
    await pause(200)
    await work(runJob)
    await handedIn
    expect(order).toEqual(['d', 'b', 'a', 'c'])
    expect(most).toBe(1000)
    await end()
  })

  it('that crashed are begun again, those that were refused are not', async () => {
    const { work, handIn, end } = newFleet()
    const tries: string[] = []
    await work(async ({ name }) => {
      tries.push(name)
      const times = tries.filter((other) => other === name).length
      if (name === 'refused') throw new JobError('refused', 'too few lines')
      if (name === 'never' || (name === 'once' && times === 1)) throw new JobError('crashed', 'killed')
      return RESULT
    })
    const events = await handIn(['refused', 'once', 'never'].map((name) => jobOf(name)))
    expect(kindsOf(events, 'refused')).toEqual(['started', 'failed'])
    expect(kindsOf(events, 'once')).toEqual(['started', 'retried', 'started', 'finished'])
    expect(kindsOf(events, 'never')).toEqual(['started', 'retried', 'started', 'failed'])
    expect(events).toContainEqual(['refused', { kind: 'failed', message: 'too few lines' }])
    await end()
  })

  it('that a worker has not finished when it is stopped are done by another', async () => {
    const { work, handIn, end } = newFleet()
    const handedIn = handIn([jobOf('a')])
    const first = await work(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new JobError('interrupted', 'interrupted')), { once: true })
        }),
    )
    await pause(500)
    await first.close()
    await work(() => Promise.resolve(RESULT))
    expect(kindsOf(await handedIn, 'a')).toEqual(['started', 'started', 'finished'])
    await end()
  })

  it('are not done twice when they are handed in twice', async () => {
    const { work, handIn, end } = newFleet()
    let count = 0
    const both = [handIn([jobOf('a')]), handIn([jobOf('a')])]
    await pause(300)
    await work(async () => {
      count++
      await pause(50)
      return RESULT
    })
    for (const events of await Promise.all(both)) expect(kindsOf(events, 'a')).toContain('finished')
    expect(count).toBe(1)
    await end()
  })

  it('of a worker that is killed are finished by another, once, with the same bundles', async () => {
    const lines = readFileSync(fileURLToPath(new URL('../../../examples/logs/normal.log', import.meta.url)), 'utf8')
    const names = ['first', 'second']
    for (const [i, name] of names.entries()) {
      const own = lines.split('\n').slice(i * 2000, i * 2000 + 2000)
      writeFileSync(join(folder, `${name}.log`), own.join('\n') + '\n')
    }
    const plan = join(folder, 'plan.yml')
    const bundles = names.map((name) => `  - { name: ${name}, sources: [${name}.log] }\n`).join('')
    writeFileSync(plan, `version: 1\ndefaults:\n  settings: { detectors: [lines] }\nbundles:\n${bundles}`)
    writeFileSync(
      join(folder, 'sharded.yml'),
      readFileSync(plan, 'utf8').replace('[first.log]', '[first.log], shards: 3'),
    )
    const queue = ['--queue', redis.url, '--prefix', 'real']
    const worker = ['worker', ...queue, '--parallel', '1', '--lease', '1']

    const killed = startBatch(worker)
    const handedIn = startBatch([join(folder, 'sharded.yml'), ...queue, '--json'])
    await killed.said('started on')
    await pause(500)
    killed.child.kill('SIGKILL')
    const other = startBatch(worker)
    const { code, stdout } = await handedIn.end
    other.child.kill('SIGTERM')
    expect((await other.end).code).toBe(0)
    expect(code).toBe(0)
    const { jobs } = JSON.parse(stdout) as BatchSummary
    expect(jobs.map(({ state }) => state)).toEqual(['trained', 'trained'])
    const ends = names.map((name) => {
      const log = readFileSync(join(folder, 'trained', 'logs', `${name}.jsonl`), 'utf8')
      return log.split('\n').filter((line) => line.includes('"event":"finished"')).length
    })
    expect(ends).toEqual([1, 1])

    const alone = await runBatchTrainer([plan, '--json'])
    const here = JSON.parse(alone.stdout) as BatchSummary
    expect(here.jobs.map(({ state, result }) => [state, result?.hash])).toEqual(
      jobs.map(({ result }) => ['unchanged', result?.hash]),
    )
  }, 120_000)
})

it('a Redis that is not there is told in one sentence', async () => {
  const { code, stderr } = await runBatchTrainer(['worker', '--queue', 'redis://127.0.0.1:1'])
  expect([code, stderr]).toEqual([
    2,
    'batch-trainer: cannot connect to Redis at 127.0.0.1:1 (nobody answers); is it running?\n',
  ])
}, 30_000)
