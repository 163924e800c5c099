// Kills services of a fleet while lines come by Redis Streams, and compares with a run that nobody disturbs.
import type { Finding } from '@sp/log-table'
import type { StreamingDetector } from '@sp/pipeline'
import { RedisLineWriter } from '@sp/service'
import { type ServeProcess, startServe } from '../packages/service/test/killed-process.js'
import { startRedis, type TestRedis } from '../packages/service/test/redis-server.js'
import { surroundings } from '../packages/service/test/running-service.js'
import { listOf, textOf } from '../packages/service/src/redis/redis-connection.js'
import { incidentMaking } from '../packages/service/src/incidents/incident-making.js'
import { batchOf } from './service-load.js'

/** How it is measured. */
export interface KillRun {
  readonly kills: number
  readonly bundle?: string
  readonly openDetector: () => Promise<StreamingDetector>
}

/** What came of it. */
export interface KillResult {
  readonly kills: number
  readonly lines: number
  readonly linesLost: number
  readonly findings: number
  readonly findingsMissing: number
  /** Findings that differ from those of the undisturbed run though they lie at the same place. */
  readonly findingsDifferent: number
  /** Findings that stand twice where they are published. */
  readonly findingsDuplicated: number
  readonly incidentsMissing: number
}

const SOURCES = 100
const LINES = 50
/** Between two kills. */
const PAUSE_MS = 1500
/** Between two rounds of 20 batches: 4,000 lines a second, which two services that share two cores with their writer keep up with. */
const ROUND_MS = 250
const MOST_WAIT_MS = 300_000

/** Two services; again and again one of them is killed under load and started anew. */
export async function measureKills({ kills, bundle, openDetector }: KillRun): Promise<KillResult> {
  const redis = await startRedis()
  const fleet = { url: redis.url, prefix: 'bench', partitions: 16, leaseMs: 1000, commitMs: 300 }
  let starts = 0
  function start(): Promise<ServeProcess> {
    return startServe({ bundle, http: { port: 0 }, redis: { ...fleet, member: `m${starts++}` } })
  }
  const services = [await start(), await start()]
  const writer = await RedisLineWriter.open(redis.url, 'bench', surroundings())

  let [round, isDone] = [0, false]
  async function write(): Promise<void> {
    for (; !isDone; round++) {
      const batches = Array.from({ length: 20 }, (_, i) => round * 20 + i)
      await Promise.all(
        batches.map((n) => writer.write(`host-${n % SOURCES}`, batchOf(n, { sources: SOURCES, lines: LINES }))),
      )
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS))
    }
  }
  const writing = write()
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    await services[kill % 2].kill()
    services[kill % 2] = await start()
    console.log(`${kill + 1} of ${kills} killed after ${round} rounds`)
  }
  isDone = true
  await writing
  const sent = round * 20 * LINES
  const expected = await undisturbed(await openDetector(), round * 20)
  const judged = await quiet(services, redis, { sent, findings: expected.length })
  const found = await published(redis)
  await Promise.all(services.map((service) => service.stop()))
  await writer.close()
  await redis.close()
  return { kills, lines: sent, linesLost: sent - judged, ...compare(expected, found) }
}

/** What a detector finds in the same lines when nobody is killed. */
async function undisturbed(detector: StreamingDetector, batches: number): Promise<Finding[]> {
  const findings: Finding[] = []
  for (let n = 0; n < batches; n++) {
    findings.push(
      ...(await detector.push(batchOf(n, { sources: SOURCES, lines: LINES }), {
        source: `host-${n % SOURCES}`,
        nowMs: Date.now(),
      })),
    )
  }
  findings.push(...(await detector.flush()))
  await detector.close()
  return findings
}

/** Waits until everything is judged and published. @returns lines in the states of all services */
async function quiet(
  services: readonly ServeProcess[],
  redis: TestRedis,
  { sent, findings }: { readonly sent: number; readonly findings: number },
): Promise<number> {
  let lines = 0
  for (const end = Date.now() + MOST_WAIT_MS; Date.now() < end;) {
    const counts = await Promise.all(services.map(({ url }) => linesOf(url)))
    lines = counts.reduce((sum, count) => sum + count, 0)
    const there = Number(await redis.connection.command('XLEN', 'bench:findings'))
    if (lines === sent && there >= findings) break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return lines
}

/** Lines of the sources that a service has a state of. */
async function linesOf(url: string): Promise<number> {
  const { sources } = (await (await fetch(`${url}/v1/sources?limit=500`)).json()) as { sources: { lines: number }[] }
  return sources.reduce((sum, { lines }) => sum + lines, 0)
}

async function published(redis: TestRedis): Promise<Finding[]> {
  const entries = listOf(await redis.connection.command('XRANGE', 'bench:findings', '-', '+'))
  return entries.map((entry) => JSON.parse(textOf(listOf(listOf(entry)[1])[5])) as Finding)
}

function compare(
  expected: readonly Finding[],
  found: readonly Finding[],
): Omit<KillResult, 'kills' | 'lines' | 'linesLost'> {
  const byId = new Map(found.map((finding) => [finding.id, finding]))
  const missing = expected.filter(({ id }) => !byId.has(id))
  const different = expected.filter(
    (finding) => byId.has(finding.id) && JSON.stringify(byId.get(finding.id)) !== JSON.stringify(finding),
  )
  const [wanted, got] = [incidentsOf(expected), incidentsOf([...byId.values()])]
  return {
    findings: found.length,
    findingsMissing: missing.length,
    findingsDifferent: different.length,
    findingsDuplicated: found.length - byId.size,
    incidentsMissing: [...wanted].filter((id) => !got.has(id)).length,
  }
}

/** Incidents of findings in one order, since that of arrival differs from run to run. */
function incidentsOf(findings: readonly Finding[]): Set<string> {
  const grouper = incidentMaking.grouper()
  const ids = new Set<string>()
  const ordered = [...findings].sort((a, b) => a.firstLine - b.firstLine || (a.source < b.source ? -1 : 1))
  for (const finding of ordered) for (const change of grouper.add(finding)) ids.add(change.id)
  return ids
}
