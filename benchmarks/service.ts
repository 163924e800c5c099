// npm run bench:service -- [--quick] [--minutes n] [--kills n] [--bundle folder] [--connections n]
// How fast the service takes lines over HTTP and how much memory it keeps; what is lost when its processes are killed.
// Without --bundle it judges with the fake detector of the tests: then the figures are those of the service alone.
import { parseArgs } from 'node:util'
import type { StreamingDetector } from '@sp/pipeline'
import { openBundle } from '@sp/service'
import { FakeDetector } from '../packages/service/test/fake-detector.js'
import { startServe } from '../packages/service/test/killed-process.js'
import { hasRedis } from '../packages/service/test/redis-server.js'
import { machineLine } from './machine.js'
import { measureKills } from './service-kill.js'
import { sendLoad } from './service-load.js'

const SOURCES = 2000
const LINES = 500
const QUICK_SECONDS = 11
const QUICK_KILLS = 2

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    kills: { type: 'string' },
    bundle: { type: 'string' },
    connections: { type: 'string', default: '2' },
    data: { type: 'string' },
  },
})
const { quick, bundle } = values
console.log(`${machineLine()}\nnpm run bench:service, judging with ${bundle ?? 'the fake detector of the tests'}\n`)

const http = await measureHttp(quick ? QUICK_SECONDS : Number(values.minutes ?? 10) * 60)
const kill = hasRedis ? await measureKill(Number(values.kills ?? (quick ? QUICK_KILLS : 20))) : null
console.log(
  JSON.stringify({
    ...(quick ? { quick: true } : {}),
    detector: bundle === undefined ? 'fake' : 'bundle',
    http,
    kill: kill ?? { linesLost: null, findingsDuplicated: null, why: 'no redis-server on this machine' },
    ...(await measureWorkers()),
  }),
)

async function measureHttp(seconds: number) {
  const service = await startServe({ bundle, http: { port: 0, rate: { perSecond: 1e6, burst: 1e6 } } })
  const memory: number[] = []
  const result = await sendLoad({
    url: service.url,
    seconds,
    connections: Number(values.connections),
    sources: SOURCES,
    linesPerBatch: LINES,
    async onSample(at) {
      const { memoryBytes } = (await (await fetch(`${service.url}/v1/status`)).json()) as { memoryBytes: number }
      memory.push(memoryBytes / 1e6)
      if (at % 60 === 0) console.log(`${at} s: ${Math.round(memoryBytes / 1e6)} MB`)
    },
  })
  await service.stop()
  const linesPerSecond = Math.round(result.lines / result.seconds)
  const [early, late] = [mean(memory.slice(2, 8)), mean(memory.slice(-6))]
  const figures = {
    linesPerSecond,
    p50Ms: round(result.p50Ms),
    p99Ms: round(result.p99Ms),
    worstMs: round(result.worstMs),
    rssMb: Math.round(Math.max(...memory)),
    rssEarlyMb: Math.round(early),
    rssLateMb: Math.round(late),
    seconds: Math.round(result.seconds),
    sources: SOURCES,
    refused: result.refused,
  }
  console.log(`HTTP, batches of ${LINES} lines from ${SOURCES} sources, client on the same machine`)
  console.table([figures])
  return figures
}

async function measureKill(kills: number) {
  async function openDetector(): Promise<StreamingDetector> {
    return bundle === undefined ? new FakeDetector() : (await openBundle(bundle)).detector
  }
  const figures = await measureKills({ kills, bundle, openDetector })
  console.log('kill -9 of one of two services that read Redis Streams')
  console.table([figures])
  return figures
}

/** The other half of the issue has a file of its own. */
async function measureWorkers(): Promise<object> {
  const file: string = './service-workers.js'
  try {
    const { measureWorkers: measure } = (await import(file)) as {
      measureWorkers(options: { quick: boolean }): Promise<object>
    }
    return await measure({ quick })
  } catch (error) {
    const why = `benchmarks/service-workers.ts cannot be run: ${(error as Error).message.split('\n')[0]}`
    return { workers: { speedup2: null, speedup4: null, why }, shardEqualsSingle: null, shardEqualsSingleWhy: why }
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
