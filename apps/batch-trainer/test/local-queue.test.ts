import type { BatchJob, JobResult } from '../src/batch-job.js'
import { JobError } from '../src/errors.js'
import type { JobEvent } from '../src/job-queue.js'
import { LocalQueue } from '../src/local-queue.js'
import type { RunJob } from '../src/run-job.js'
import { jobOf, RESULT } from './job-of.js'

/** Jobs that take a moment; notes what runs at a time. */
function watched() {
  const order: string[] = []
  const together: BatchJob[][] = []
  const running = new Set<BatchJob>()
  async function runJob(job: BatchJob): Promise<JobResult> {
    order.push(job.name)
    running.add(job)
    together.push([...running])
    await new Promise((resolve) => setTimeout(resolve, 10))
    running.delete(job)
    return RESULT
  }
  return { order, together, runJob }
}

async function run(
  jobs: readonly BatchJob[],
  runJob: RunJob,
  options: { parallel?: number; budgetBytes?: number } = {},
) {
  const events: [string, JobEvent['kind']][] = []
  const queue = new LocalQueue({ parallel: 4, budgetBytes: 1000, ...options, runJob, runShard })
  await queue.run(jobs, {
    onEvent: ({ name }, { kind }) => events.push([name, kind]),
    signal: new AbortController().signal,
  })
  return events
}

async function runShard(): Promise<void> {}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']

it('does every job once, as many at a time as it may', async () => {
  const { order, together, runJob } = watched()
  const events = await run(
    NAMES.map((name) => jobOf(name)),
    runJob,
    { parallel: 3 },
  )
  expect(order).toEqual(NAMES)
  expect(Math.max(...together.map(({ length }) => length))).toBe(3)
  for (const name of NAMES) {
    const own = events.filter(([of]) => of === name).map(([, kind]) => kind)
    expect(own).toEqual(['started', 'finished'])
  }
})

it('keeps within the memory budget, and does what needs more than there is alone', async () => {
  const { together, runJob } = watched()
  const jobs = [300, 700, 300, 300, 5000, 600].map((memoryBytes, i) => jobOf(NAMES[i], { memoryBytes }))
  await run(jobs, runJob)
  for (const some of together) {
    const memory = some.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
    expect(memory <= 1000 || some.length === 1).toBe(true)
  }
  expect(together.some(({ length }) => length > 1)).toBe(true)
})

it('does jobs of the GPU one at a time, beside others', async () => {
  const { together, runJob } = watched()
  const jobs = NAMES.map((name, i) => jobOf(name, { device: i < 3 ? 'gpu' : 'cpu' }))
  await run(jobs, runJob)
  const onGpu = together.map((some) => some.filter(({ device }) => device === 'gpu').length)
  expect(Math.max(...onGpu)).toBe(1)
  expect(together.some((some) => some.length > 1 && some.some(({ device }) => device === 'gpu'))).toBe(true)
})

it('begins with the most urgent', async () => {
  const { order, runJob } = watched()
  const jobs = [0, 5, -1, 5].map((priority, i) => jobOf(NAMES[i], { priority }))
  await run(jobs, runJob, { parallel: 1 })
  expect(order).toEqual(['b', 'd', 'a', 'c'])
})

it('begins a job that crashed again, one that was refused not', async () => {
  const tries: string[] = []
  async function runJob({ name }: BatchJob): Promise<JobResult> {
    tries.push(name)
    const times = tries.filter((other) => other === name).length
    if (name === 'refused') throw new JobError('refused', 'too few lines')
    if (name === 'never' || (name === 'once' && times === 1)) throw new JobError('crashed', 'killed')
    return RESULT
  }
  const events = await run(
    ['refused', 'once', 'never'].map((name) => jobOf(name)),
    runJob,
  )
  function kindsOf(name: string) {
    return events.filter(([of]) => of === name).map(([, kind]) => kind)
  }
  expect(kindsOf('refused')).toEqual(['started', 'failed'])
  expect(kindsOf('once')).toEqual(['started', 'retried', 'started', 'finished'])
  expect(kindsOf('never')).toEqual(['started', 'retried', 'started', 'failed'])
})

it('ends with the reason when it is stopped', async () => {
  const stop = new AbortController()
  function runJob(): Promise<JobResult> {
    stop.abort(new Error('enough'))
    return Promise.reject(new JobError('interrupted', 'enough'))
  }
  const queue = new LocalQueue({ parallel: 1, budgetBytes: 1000, runJob, runShard })
  const run = queue.run([jobOf('a'), jobOf('b')], { onEvent: () => undefined, signal: stop.signal })
  await expect(run).rejects.toThrow('enough')
})
