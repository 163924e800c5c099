// npm run bench:service -- [--quick] [--minutes n] [--sources n] [--connections n] [--kills n] [--bundle folder] [--fake] [--only http|kill|workers]
// How fast `sp serve` takes lines over HTTP and how much memory it keeps; what is lost when its processes are killed; how
// much faster two workers are than one. It judges with a bundle that is trained first, on lines like those that are sent;
// with --fake by the fake detector of the tests: then the figures are those of the service alone.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { StreamingDetector } from '@sp/pipeline'
import { openBundle } from '@sp/service'
import { FakeDetector } from '../packages/service/test/fake-detector.js'
import { startServe } from '../packages/service/test/killed-process.js'
import { hasRedis } from '../packages/service/test/redis-server.js'
import { machineLine } from './machine.js'
import { measureKills } from './service-kill.js'
import { trainOnServers } from './service-lines.js'
import { sendLoad } from './service-load.js'
import { measureWorkers } from './service-workers.js'

const LINES = 500
const QUICK_SECONDS = 11
const QUICK_KILLS = 2

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    sources: { type: 'string', default: '2000' },
    kills: { type: 'string' },
    bundle: { type: 'string' },
    fake: { type: 'boolean', default: false },
    connections: { type: 'string', default: '2' },
    only: { type: 'string' },
    data: { type: 'string' },
  },
})
const { quick, fake, only } = values
const scratch = mkdtempSync(join(tmpdir(), 'bench-service-'))
try {
  const bundle = fake ? undefined : (values.bundle ?? (await trainOnServers(scratch)))
  console.log(
    `${machineLine()}\nnpm run bench:service, judging with ${fake ? 'the fake detector of the tests' : bundle}\n`,
  )
  const seconds = values.minutes === undefined && quick ? QUICK_SECONDS : Number(values.minutes ?? 10) * 60
  const http = isAsked('http') ? { http: await measureHttp(seconds, bundle) } : {}
  const kill = isAsked('kill') ? { kill: await measureKill(bundle) } : {}
  const workers = isAsked('workers') ? await measureWorkers({ quick }) : {}
  const about = { ...(quick ? { quick } : {}), detector: fake ? 'fake' : 'bundle' }
  console.log(JSON.stringify({ ...about, ...http, ...kill, ...workers }))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function isAsked(part: string): boolean {
  return only === undefined || only === part
}

async function measureHttp(seconds: number, bundle: string | undefined) {
  const service = bundle === undefined ? await startFake() : await startBuilt(bundle)
  const sources = Number(values.sources)
  const memory: number[] = []
  const result = await sendLoad({
    url: service.url,
    seconds,
    connections: Number(values.connections),
    sources,
    linesPerBatch: LINES,
    async onSample(at) {
      const { memoryBytes } = (await (await fetch(`${service.url}/v1/status`)).json()) as { memoryBytes: number }
      memory.push(memoryBytes / 1e6)
      if (at % 60 === 0) console.log(`${at} s: ${Math.round(memoryBytes / 1e6)} MB`)
    },
  })
  await service.stop()
  const [early, late] = [mean(memory.slice(2, 8)), mean(memory.slice(-6))]
  const figures = {
    linesPerSecond: Math.round(result.lines / result.seconds),
    p50Ms: round(result.p50Ms),
    p99Ms: round(result.p99Ms),
    worstMs: round(result.worstMs),
    rssMb: Math.round(Math.max(...memory)),
    rssEarlyMb: Math.round(early),
    rssLateMb: Math.round(late),
    seconds: Math.round(result.seconds),
    sources,
    refused: result.refused,
  }
  console.log(`HTTP, batches of ${LINES} lines from ${sources} sources, client on the same machine`)
  console.table([figures])
  return figures
}

interface Running {
  readonly url: string
  stop(): Promise<void>
}

function startFake(): Promise<Running> {
  return startServe({ http: { port: 0, rate: { perSecond: 1e6, burst: 1e6 } } })
}

/** `sp serve` as it is installed. */
async function startBuilt(bundle: string): Promise<Running> {
  const program = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url))
  const words = [program, 'serve', bundle, '--port', '0', '--rate', '1000000', '--json']
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const url = await urlOf(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    url,
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const { code, message } = JSON.parse(line) as { code: string; message: string }
      if (code === 'ready') resolve(/https?:\S+/.exec(message)![0])
    })
    child.once('exit', (code) => reject(new Error(`sp serve ended with ${code}`)))
  })
}

async function measureKill(bundle: string | undefined) {
  if (!hasRedis) return { linesLost: null, findingsDuplicated: null, why: 'no redis-server on this machine' }
  async function openDetector(): Promise<StreamingDetector> {
    return bundle === undefined ? new FakeDetector() : (await openBundle(bundle)).detector
  }
  const kills = Number(values.kills ?? (quick ? QUICK_KILLS : 20))
  const figures = await measureKills({ kills, bundle, openDetector })
  console.log('kill -9 of one of two services that read Redis Streams')
  console.table([figures])
  return figures
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
