import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Finding } from '@sp/log-table'
import { RedisLineWriter } from '../src/index.js'
import { listOf, textOf } from '../src/redis/redis-connection.js'
import { FakeDetector } from './fake-detector.js'
import { startServe } from './killed-process.js'
import { hasRedis, startRedis } from './redis-server.js'
import { ask, linesWith, post, surroundings, until, withFolder } from './running-service.js'

const SOURCES = Array.from({ length: 20 }, (_, i) => `host-${i}`)
const ROUNDS = 40

/** Lines of a source in a round: some windows are strange, and they straddle rounds. */
function linesOf(source: string, round: number): string {
  return linesWith(17, (round * 7 + source.length) % 40, `STRANGE ${source} round ${round}`)
}

/** What a detector finds that nobody disturbs. */
async function undisturbed(): Promise<Map<string, Finding>> {
  const detector = new FakeDetector()
  const found = new Map<string, Finding>()
  for (const source of SOURCES) {
    for (let round = 0; round < ROUNDS; round++) {
      for (const finding of await detector.push(linesOf(source, round), { source })) found.set(finding.id, finding)
    }
  }
  return found
}

;(hasRedis ? describe : describe.skip)('kill -9', () => {
  test('of a member of a fleet under load: every line judged once, every finding there once', async () => {
    const redis = await startRedis()
    const fleet = { url: redis.url, prefix: 'k', partitions: 4, leaseMs: 1500, commitMs: 150 }
    function start(member: string) {
      return startServe({ http: { port: 0 }, redis: { ...fleet, member } })
    }
    const other = await start('b')
    let victim = await start('a0')
    const writer = await RedisLineWriter.open(redis.url, 'k', surroundings())
    for (let round = 0; round < ROUNDS; round++) {
      for (const source of SOURCES) await writer.write(source, linesOf(source, round))
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (round % 15 === 10) {
        await victim.kill()
        victim = await start(`a${round}`)
      }
    }
    const expected = await undisturbed()
    async function published(): Promise<Finding[]> {
      const entries = listOf(await redis.connection.command('XRANGE', 'k:findings', '-', '+'))
      return entries.map((entry) => JSON.parse(textOf(listOf(listOf(entry)[1])[5])) as Finding)
    }
    await until('all findings', async () => (await published()).length >= expected.size, 40_000)
    const found = await published()
    expect(found.length).toBe(expected.size)
    // Each holds a digest of all lines of its source before it.
    for (const finding of found) expect(finding).toEqual(expected.get(finding.id))
    await Promise.all([victim.stop(), other.stop()])
    await writer.close()
    await redis.close()
  })
})

describe('restarts', () => {
  test('SIGTERM: the state goes on where it stood, over HTTP', () =>
    withFolder(async (folder) => {
      const options = { http: { port: 0 }, stateFolder: join(folder, 'state') }
      const first = await startServe(options)
      await post(`${first.url}/v1/lines?source=a`, linesWith(80, 10))
      await first.stop()
      const second = await startServe(options)
      await post(`${second.url}/v1/lines?source=a`, linesWith(20, 5))
      const { incidents } = JSON.parse((await ask(`${second.url}/v1/incidents`)).text)
      expect(incidents[0]).toMatchObject({ findings: 2, places: [{ source: 'a', firstLine: 10, lastLine: 85 }] })
      await second.stop()
    }))

  test('kill -9 between saves: findings that were told stay', () =>
    withFolder(async (folder) => {
      const options = { http: { port: 0 }, stateFolder: join(folder, 'state') }
      const first = await startServe(options)
      await post(`${first.url}/v1/lines?source=a`, linesWith(50, 10))
      await first.kill()
      expect(await readFile(join(folder, 'state', 'journal.ndjson'), 'utf8')).toContain('STRANGE')
      const second = await startServe(options)
      const { incidents } = JSON.parse((await ask(`${second.url}/v1/incidents`)).text)
      expect(incidents.length).toBe(1)
      // The lines since the last save are sent again, as a sender does that got no answer: nothing is told twice.
      await post(`${second.url}/v1/lines?source=a`, linesWith(50, 10))
      expect(JSON.parse((await ask(`${second.url}/v1/incidents`)).text).incidents[0].findings).toBe(1)
      await second.kill()
    }))
})
