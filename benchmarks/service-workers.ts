// npm run bench:service, its second half; alone: node --conditions=@sp/source --import tsx benchmarks/service-workers.ts [--quick]
// A plan of eight jobs done by one worker, by two, by four; by two of which one is killed; and a corpus in shards.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generateSyntheticLog } from '@sp/evaluation'
import { openSources } from '@sp/log-reader'
import { Masker } from '@sp/masking'
import { mineShard, type MinedShard, type ShardJob, trainBundle, type TrainSettingsInput } from '@sp/pipeline'
import type { BatchSummary } from '../apps/batch-trainer/src/batch-summary.js'
import { type BatchEnd, type BatchProcess, startBatch } from '../apps/batch-trainer/test/batch-process.js'
import { hasRedis, startRedis } from '../apps/batch-trainer/test/redis-server.js'
import { machineLine } from './machine.js'

const JOBS = 8
const START_MS = Date.UTC(2026, 2, 2)
/** After so many seconds without a sign of life a job is taken over. */
const LEASE = 2
const SHARDS = 5

/** What `bench:service` prints of workers. */
export interface WorkerFigures {
  readonly workers: {
    readonly cores: number
    /** Processes that wanted a core, over the last minute, before it began: above 0 the speed-ups are too low. */
    readonly load: number
    readonly linesPerJob: number
    /** Of one worker that has the whole machine, and of 2 and 4 that share it; each does one job at a time. */
    readonly seconds: readonly (number | null)[]
    /** Of one worker that has one core, as each of two here: what the plan takes that they divide. */
    readonly secondsOfOneCore: number | null
    /** Of two workers against one that has the whole machine. */
    readonly speedup2: number | null
    readonly speedup4: number | null
    /** Of two workers one was killed in the middle of a job. */
    readonly kill: KillFigures | null
    readonly why?: string
  }
  /** 1 or 0. */
  readonly shardEqualsSingle: number
}

interface KillFigures {
  /** Jobs that came to their end, of {@link JOBS}. */
  readonly finished: number
  /** Jobs that came to it more than once. */
  readonly twice: number
  /** Whether the job that was under way was begun by one worker and finished by the other. */
  readonly takenOver: boolean
  /** Bundles that differ from those of the undisturbed run. */
  readonly different: number
}

/** Measures workers, where there is a Redis, and compares a corpus in shards with one that is not. */
export async function measureWorkers({ quick }: { readonly quick: boolean }): Promise<WorkerFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-workers-'))
  const load = round(loadavg()[0])
  const linesPerJob = quick ? 4_000 : 20_000
  try {
    writeLogs(folder, linesPerJob)
    const shardEqualsSingle = Number(await compareShards(folder, quick))
    const cores = availableParallelism()
    if (!hasRedis) {
      const why = 'no redis-server on this machine'
      const nothing = {
        seconds: [null, null, null],
        secondsOfOneCore: null,
        speedup2: null,
        speedup4: null,
        kill: null,
      }
      return { workers: { cores, load, linesPerJob, ...nothing, why }, shardEqualsSingle }
    }
    const figures = await measureFleet(folder)
    console.log(`a plan of ${JOBS} jobs of ${linesPerJob.toLocaleString('en')} lines, ${cores} cores, load ${load}`)
    console.table([{ ...figures, seconds: figures.seconds.join(', '), kill: JSON.stringify(figures.kill) }])
    return { workers: { cores, load, linesPerJob, ...figures }, shardEqualsSingle }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureFleet(folder: string) {
  const redis = await startRedis()
  try {
    const runs: { seconds: number; summary: BatchSummary }[] = []
    for (const count of [1, 2, 4]) {
      const cores = Math.max(1, Math.floor(availableParallelism() / count))
      runs.push(await undisturbed({ folder, url: redis.url, count, cores }))
    }
    const ofOneCore = await undisturbed({ folder, url: redis.url, count: 1, cores: 1 })
    const [one, two, four] = runs.map(({ seconds }) => seconds)
    const kill = await disturbed({ folder, url: redis.url, undisturbed: runs[0].summary })
    const seconds = [one, two, four].map(round)
    const secondsOfOneCore = round(ofOneCore.seconds)
    return { seconds, secondsOfOneCore, speedup2: round(one / two), speedup4: round(one / four), kill }
  } finally {
    await redis.close()
  }
}

/** How long workers take for the plan. */
async function undisturbed({
  folder,
  url,
  count,
  cores,
}: {
  folder: string
  url: string
  count: number
  cores: number
}) {
  const name = `by-${count}-of-${cores}`
  const queue = ['--queue', url, '--prefix', name]
  const workers = Array.from({ length: count }, () => startWorker(queue, cores))
  await Promise.all(workers.map(({ said }) => said('takes')))
  const summary = summaryOf(await startBatch([writePlan(folder, name), ...queue, '--json']).end)
  await Promise.all(workers.map(stop))
  const seconds = (Date.parse(summary.endedAt!) - Date.parse(summary.startedAt)) / 1000
  return { seconds, summary }
}

/** One of two workers is killed while it trains; a third takes its place later. */
async function disturbed({ folder, url, undisturbed }: { folder: string; url: string; undisturbed: BatchSummary }) {
  const name = 'killed'
  const queue = ['--queue', url, '--prefix', name]
  const [killed, other] = [startWorker(queue), startWorker(queue)]
  await Promise.all([killed.said('takes'), other.said('takes')])
  const handedIn = startBatch([writePlan(folder, name), ...queue, '--json'])
  await killed.said(`started on`)
  await new Promise((resolve) => setTimeout(resolve, 700))
  const { pid } = killed.child
  killed.child.kill('SIGKILL')
  const summary = summaryOf(await handedIn.end)
  await stop(other)
  return killFigures(folder, { name, pid: pid!, summary, undisturbed })
}

function killFigures(
  folder: string,
  { name, pid, summary, undisturbed }: { name: string; pid: number; summary: BatchSummary; undisturbed: BatchSummary },
): KillFigures {
  const logs = summary.jobs.map((job) => {
    const lines = readFileSync(join(folder, name, 'logs', `${job.name}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
    return lines.map((line) => JSON.parse(line) as { event: string; worker?: string })
  })
  const ends = logs.map((log) => log.filter(({ event }) => event === 'finished').length)
  return {
    finished: ends.filter((count) => count > 0).length,
    twice: ends.filter((count) => count > 1).length,
    takenOver: logs.some((log) => {
      const workers = log.flatMap(({ worker }) => worker ?? [])
      return workers.length > 1 && workers[0].endsWith(`:${pid}`) && !workers.at(-1)!.endsWith(`:${pid}`)
    }),
    different: summary.jobs.filter(({ result }, i) => result?.hash !== undisturbed.jobs[i].result?.hash).length,
  }
}

/** Whether a corpus in shards, mined by themselves, gives the bundle of one that was read from beginning to end. */
async function compareShards(folder: string, quick: boolean): Promise<boolean> {
  const paths = [0, 1].map((i) => join(folder, `${i}.log`))
  // The network takes its time, and sees the same sequences either way.
  const detectors: TrainSettingsInput['detectors'] = quick ? ['lines'] : ['lines', 'sequences']
  const options = { masker: Masker.create(), detectors, deeplogEpochs: 1 }
  async function mine(job: ShardJob): Promise<MinedShard> {
    // As it would come from another machine.
    const there = JSON.parse(JSON.stringify(job)) as ShardJob
    return JSON.parse(JSON.stringify(await mineShard(there))) as MinedShard
  }
  const single = await trainBundle(await openSources(paths), join(folder, 'single'), options)
  const sharded = await trainBundle(await openSources(paths), join(folder, 'sharded'), {
    ...options,
    shards: { count: SHARDS, mine },
  })
  return sharded.manifest.hash === single.manifest.hash
}

function writeLogs(folder: string, lines: number): void {
  for (let i = 0; i < JOBS; i++) {
    const log = generateSyntheticLog({ seed: i + 1, lines, startMs: START_MS })
    writeFileSync(join(folder, `${i}.log`), log.lines.join('\n') + '\n')
  }
}

function writePlan(folder: string, name: string): string {
  const bundles = Array.from({ length: JOBS }, (_, i) => `  - { name: job-${i}, sources: [${i}.log] }\n`)
  const path = join(folder, `${name}.yml`)
  writeFileSync(
    path,
    `version: 1\nout: ${name}\ndefaults:\n  settings: { detectors: [lines] }\nbundles:\n${bundles.join('')}`,
  )
  return path
}

function startWorker(queue: readonly string[], cores = 1): BatchProcess {
  return startBatch(['worker', ...queue, '--parallel', '1', '--cores', String(cores), '--lease', String(LEASE)])
}

async function stop(worker: BatchProcess): Promise<void> {
  worker.child.kill('SIGTERM')
  await worker.end
}

function summaryOf({ code, stdout, stderr }: BatchEnd): BatchSummary {
  if (code !== 0) throw new Error(`the plan ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as BatchSummary
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(machineLine())
  console.log(JSON.stringify(await measureWorkers({ quick: process.argv.includes('--quick') })))
}
