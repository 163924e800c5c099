import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Finding } from '@sp/log-table'
import { RedisLineWriter } from '../src/index.js'
import { listOf, textOf } from '../src/redis/redis-connection.js'
import { partitionOf } from '../src/redis/redis-keys.js'
import type { RedisFleetOptions } from '../src/redis/redis-fleet.js'
import { FakeDetector } from './fake-detector.js'
import { hasRedis, startRedis, type TestRedis } from './redis-server.js'
import { ask, linesWith, started, surroundings, until } from './running-service.js'

const SOURCES = Array.from({ length: 12 }, (_, i) => `host-${i}`)

;(hasRedis ? describe : describe.skip)('a fleet on Redis Streams', () => {
  let redis: TestRedis
  let fleets = 0

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  function fleet(prefix: string, member: string, more: Partial<RedisFleetOptions> = {}): RedisFleetOptions {
    return { url: redis.url, prefix, member, partitions: 4, leaseMs: 600, commitMs: 100, ...more }
  }

  function freshPrefix(): string {
    return `t${fleets++}`
  }

  async function findingsOf(prefix: string): Promise<Finding[]> {
    const entries = listOf(await redis.connection.command('XRANGE', `${prefix}:findings`, '-', '+'))
    return entries.map((entry) => {
      const fields = listOf(listOf(entry)[1])
      return JSON.parse(textOf(fields[fields.findIndex((word) => textOf(word) === 'finding') + 1])) as Finding
    })
  }

  async function pendingOf(prefix: string): Promise<number> {
    const counts = await Promise.all(
      [0, 1, 2, 3].map(async (p) =>
        Number(listOf(await redis.connection.command('XPENDING', `${prefix}:lines:${p}`, 'sp'))[0]),
      ),
    )
    return counts.reduce((a, b) => a + b, 0)
  }

  test('lines are judged by source, findings are published, entries acknowledged when a state covers them', async () => {
    const prefix = freshPrefix()
    const one = await started({ redis: fleet(prefix, 'one') })
    const writer = await RedisLineWriter.open(redis.url, prefix, surroundings())
    for (const source of SOURCES) await writer.write(source, linesWith(75, 10))
    await until('all lines judged', () => one.detector.stats().lines === 75 * SOURCES.length)
    await until('all acknowledged', async () => (await pendingOf(prefix)) === 0)
    expect((await findingsOf(prefix)).map(({ source }) => source).sort()).toEqual([...SOURCES].sort())
    await until(
      'findings come back',
      async () => JSON.parse((await ask(`${one.url}/v1/incidents`)).text).incidents.length === 12,
    )
    await writer.close()
    await one.service.close()
  })

  test('who joins gets a share, who leaves hands over its states', async () => {
    const prefix = freshPrefix()
    const one = await started({ redis: fleet(prefix, 'one') })
    const writer = await RedisLineWriter.open(redis.url, prefix, surroundings())
    for (const source of SOURCES) await writer.write(source, linesWith(30, 10))
    await until('all lines judged', () => one.detector.stats().lines === 30 * SOURCES.length)
    const two = await started({ redis: fleet(prefix, 'two') })
    await until(
      'half of the sources moved',
      () => two.detector.sources().length > 0 && one.detector.sources().length < 12,
    )
    await until('every source is somewhere', () => one.detector.sources().length + two.detector.sources().length === 12)
    await one.service.close()
    await until('all sources moved', () => two.detector.sources().length === 12)
    for (const source of SOURCES) await writer.write(source, linesWith(20, -1))
    await until('the windows went on', async () => (await findingsOf(prefix)).length === 12)
    expect((await findingsOf(prefix)).every(({ firstLine, lastLine }) => firstLine === 0 && lastLine === 49)).toBe(true)
    await writer.close()
    await two.service.close()
  })

  test('states of another bundle: the sources begin anew, and it says so', async () => {
    const prefix = freshPrefix()
    const one = await started({ redis: fleet(prefix, 'one') })
    const writer = await RedisLineWriter.open(redis.url, prefix, surroundings())
    await writer.write('a', linesWith(30, 10))
    await until('judged', () => one.detector.stats().lines === 30)
    await one.service.close()
    const two = await started({ redis: fleet(prefix, 'two'), detector: new FakeDetector('another') })
    await writer.write('a', linesWith(20, -1))
    await until('judged', () => two.detector.stats().lines === 20)
    expect(two.events.map(({ code }) => code)).toContain('state-refused')
    await writer.close()
    await two.service.close()
  })

  test('a Redis that is held up loses nothing, and nobody judges a line twice', async () => {
    const prefix = freshPrefix()
    const one = await started({ redis: fleet(prefix, 'one', { leaseMs: 300 }) })
    const writer = await RedisLineWriter.open(redis.url, prefix, surroundings())
    for (let round = 0; round < 10; round++) {
      if (round === 5) redis.stall(800)
      for (const source of SOURCES) await writer.write(source, linesWith(50, 10))
    }
    await until('all judged', () => one.detector.stats().lines === 500 * SOURCES.length)
    expect(new Set((await findingsOf(prefix)).map(({ id }) => id)).size).toBe(120)
    expect((await findingsOf(prefix)).length).toBe(120)
    await writer.close()
    await one.service.close()
  })

  test('entries without lines and names that are none do no harm', async () => {
    const prefix = freshPrefix()
    const one = await started({ redis: fleet(prefix, 'one', { partitions: 1 }) })
    function add(...fields: string[]) {
      return redis.connection.command('XADD', `${prefix}:lines:0`, '*', ...fields)
    }
    await add('nothing', 'here')
    await add('source', 'a\u202eb', 'line', 'x')
    await add('message', 'y')
    await add('source', 'BREAK', 'line', 'BREAK THE DETECTOR')
    await add('source', 'good', 'lines', 'x\ny')
    await until('judged', () => one.detector.stats('good').lines === 2 && one.detector.stats('redis:0').lines === 2)
    await until('acknowledged', async () => {
      return Number(listOf(await redis.connection.command('XPENDING', `${prefix}:lines:0`, 'sp'))[0]) === 0
    })
    await one.service.close()
  })

  test('a fleet of other partitions is refused', async () => {
    const prefix = freshPrefix()
    const one = await started({ redis: fleet(prefix, 'one') })
    await expect(started({ redis: fleet(prefix, 'two', { partitions: 5 }) })).rejects.toMatchObject({
      code: 'bad-options',
    })
    await one.service.close()
  })
})

describe('Redis that is not there', () => {
  test('is said at the start', async () => {
    const redis = { url: 'redis://:secret@127.0.0.1:1', member: 'one' }
    const error = await started({ redis }).catch((error: Error) => error)
    expect(error).toMatchObject({ code: 'redis-failed' })
    expect((error as Error).message).not.toContain('secret')
  })
})

test('the partition of a source is FNV-1a of its name', () => {
  // Test vectors of the algorithm's authors: 'a' 0xe40c292c, 'foobar' 0xbf9cf968.
  expect([partitionOf('a', 4096), partitionOf('foobar', 4096)]).toEqual([0xe40c292c % 4096, 0xbf9cf968 % 4096])
})
