import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { LoggedEvent } from '../src/index.js'
import { FileSink, isSignedBy, OtlpSink, RedisSink, SyslogSink, WebhookSink, type FindingSink } from '../src/index.js'
import { FindingLog } from '../src/flow/finding-log.js'
import { SINK_QUEUE_DEFAULTS, SinkQueue } from '../src/sinks/sink-queue.js'
import { FakeDetector } from './fake-detector.js'
import { hasRedis, startRedis } from './redis-server.js'
import { linesWith, post, surroundings, until, withFolder, withService } from './running-service.js'

/** Events as a service logs them. */
async function someEvents(
  count: number,
  strange = 'STRANGE \u001b[31mred\u001b[0m "quoted"] \u202eevil\nnext',
): Promise<LoggedEvent[]> {
  const detector = new FakeDetector()
  const log = new FindingLog({ mostEvents: 100, mostCharacters: 1e6 })
  const findings = await detector.push(
    Array.from({ length: count }, () => linesWith(50, 3, strange.replace('\n', ' '))).join(''),
    { source: 'a"b]' },
  )
  return findings.map((finding, i) =>
    log.append(
      { ...finding, lines: finding.lines.map((line) => ({ ...line, text: strange })) },
      { id: findings[0].id, isNew: i === 0 },
    ),
  )
}

const signal = new AbortController().signal

/** A receiver that answers as it is told, the last answer again and again. */
async function receiver(...answers: { status: number; headers?: Record<string, string> }[]) {
  const requests: { url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { status, headers } = answers[Math.min(requests.length, answers.length - 1)]
      requests.push({ url: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      response.writeHead(status, headers).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, close: () => new Promise((resolve) => server.close(resolve)) }
}

function queueOf(sink: FindingSink, options = {}) {
  return new SinkQueue(sink, { ...SINK_QUEUE_DEFAULTS, firstDelayMs: 5, ...options }, surroundings())
}

describe('file', () => {
  test('one line a finding; what stands there is not written twice, a line that was cut off is removed', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'findings.ndjson')
      const events = await someEvents(3)
      const sink = await FileSink.open(path)
      await sink.send(events.slice(0, 2))
      await sink.close()
      await writeFile(path, (await readFile(path, 'utf8')) + '{"id":"0123', 'utf8')
      const again = await FileSink.open(path)
      await again.send(events)
      await again.send(events)
      await again.close()
      const lines = (await readFile(path, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.map(({ id }) => id)).toEqual(events.map(({ finding }) => finding.id))
    }))

  test('a file that was renamed is opened anew', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'findings.ndjson')
      const events = await someEvents(2)
      const sink = await FileSink.open(path)
      await sink.send(events.slice(0, 1))
      await rename(path, path + '.1')
      await sink.send(events.slice(1))
      await sink.close()
      expect(JSON.parse(await readFile(path, 'utf8')).id).toBe(events[1].finding.id)
    }))

  test('a path that cannot be written is said at the start', async () => {
    await expect(FileSink.open('/nowhere/findings.ndjson')).rejects.toMatchObject({ code: 'sink-failed' })
  })
})

describe('webhook', () => {
  test('signed, tried again with the same key, and not after a no', async () => {
    const there = await receiver(
      { status: 503 },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 200 },
      { status: 400 },
    )
    const events = await someEvents(1)
    const queue = queueOf(new WebhookSink({ url: `${there.url}/hook`, secret: 'secret', nowMs: () => Date.now() }))
    await queue.offer(events[0])
    await queue.settled()
    expect(queue.status).toMatchObject({ sent: 1, retries: 2, givenUp: 0, lastError: null })
    const [first, , third] = there.requests
    expect(third.headers['idempotency-key']).toBe(first.headers['idempotency-key'])
    expect(JSON.parse(third.body).findings[0]).toMatchObject({ id: events[0].finding.id, opensIncident: true })
    const signature = third.headers['x-sp-signature'] as string
    expect(isSignedBy(signature, third.body, { secret: 'secret', nowMs: Date.now() })).toBe(true)
    expect(isSignedBy(signature, third.body + ' ', { secret: 'secret', nowMs: Date.now() })).toBe(false)
    expect(isSignedBy(signature, third.body, { secret: 'secret', nowMs: Date.now() + 600_000 })).toBe(false)
    await queue.offer(events[0])
    await queue.settled()
    expect(queue.status).toMatchObject({ sent: 1, givenUp: 1 })
    await queue.close(100)
    await there.close()
  })

  test('redirects are not followed, and addresses are http', async () => {
    const there = await receiver({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })
    const [event] = await someEvents(1)
    await expect(new WebhookSink({ url: there.url, nowMs: () => 0 }).send([event], signal)).rejects.toThrow(
      'answered 302',
    )
    expect(() => new WebhookSink({ url: 'file:///etc/passwd', nowMs: () => 0 })).toThrow('no http')
    await there.close()
  })

  test('what cannot be delivered is given up after a while, and holds back whoever brings more', async () => {
    const there = await receiver({ status: 500 })
    const events = await someEvents(3)
    const queue = queueOf(new WebhookSink({ url: there.url, nowMs: () => 0 }), {
      giveUpMs: 50,
      mostWaiting: 2,
      mostAtOnce: 1,
    })
    await queue.offer(events[0])
    await queue.offer(events[1])
    let isHeld = true
    const third = queue.offer(events[2]).then(() => (isHeld = false))
    expect(isHeld).toBe(true)
    await third
    await queue.settled()
    expect(queue.status.givenUp).toBe(3)
    await there.close()
  })

  test('only incidents, where that is asked for', async () => {
    const there = await receiver({ status: 200 })
    const events = await someEvents(3)
    const queue = queueOf(new WebhookSink({ url: there.url, nowMs: () => 0 }), { onlyIncidents: true })
    for (const event of events) await queue.offer(event)
    await queue.settled()
    expect(queue.status.sent).toBe(1)
    await there.close()
  })
})

test('OTLP: log records with what identifies them', async () => {
  const there = await receiver({ status: 200 })
  const [event] = await someEvents(1)
  await new OtlpSink({ endpoint: there.url, nowMs: () => 1_700_000_000_000 }).send([event], signal)
  expect(there.requests[0].url).toBe('/v1/logs')
  const { resourceLogs } = JSON.parse(there.requests[0].body)
  const [record] = resourceLogs[0].scopeLogs[0].logRecords
  expect(record).toMatchObject({
    severityNumber: 17,
    observedTimeUnixNano: '1700000000000000000',
    body: { stringValue: expect.stringContaining('STRANGE') },
  })
  expect(record.attributes).toContainEqual({ key: 'sp.finding.id', value: { stringValue: event.finding.id } })
  await there.close()
})

test('syslog over TCP: framed, on one line, with nothing that could be another message or a colour', async () => {
  const chunks: Buffer[] = []
  const server = createServer((socket) => socket.on('data', (chunk) => chunks.push(chunk)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sink = new SyslogSink({ transport: 'tcp', host: '127.0.0.1', port, hostName: 'here', nowMs: () => 0 })
  const events = await someEvents(2)
  await sink.send(events)
  await until('both', () => Buffer.concat(chunks).toString().split('finding@32473').length === 3)
  const text = Buffer.concat(chunks).toString('utf8')
  const [, length] = /^(\d+) /.exec(text)!
  const message = Buffer.from(text)
    .subarray(length.length + 1, length.length + 1 + Number(length))
    .toString('utf8')
  expect(message).toMatch(
    /^<131>1 1970-01-01T00:00:00.000Z here sp - finding \[finding@32473 id="[0-9a-f]{16}" .*source="a\\"b\\]"/,
  )

  expect(message).not.toMatch(/[\u0000-\u001f\u202e]/)
  await sink.close()
  server.close()
})

test('syslog over UDP: within what a receiver must take', async () => {
  const messages: Buffer[] = []
  const socket = createSocket('udp4').on('message', (message) => messages.push(message))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const sink = new SyslogSink({
    transport: 'udp',
    host: '127.0.0.1',
    port: socket.address().port,
    hostName: 'here',
    nowMs: () => 0,
  })
  await sink.send(await someEvents(1, `STRANGE ${'é'.repeat(5000)}`))
  await until('it', () => messages.length === 1)
  expect(messages[0].length).toBeLessThanOrEqual(2048)
  expect(messages[0].toString('utf8')).not.toContain('\ufffd')
  socket.close()
})

;(hasRedis ? test : test.skip)('Redis: a stream that holds each finding once', async () => {
  const redis = await startRedis()
  const sink = await RedisSink.open(redis.url, 'x', surroundings())
  const events = await someEvents(3)
  await sink.send(events)
  await sink.send(events)
  expect(await redis.connection.command('XLEN', 'x:findings')).toBe(3)
  await sink.close()
  await redis.close()
})

test('a sink that a user has written gets what was found, and is closed', async () => {
  const got: string[] = []
  const own: FindingSink = {
    name: 'own',
    send: async (events) => void got.push(...events.map(({ finding }) => finding.source)),
    close: async () => void got.push('closed'),
  }
  await withService({ sinks: [own] }, async ({ url }) => {
    await post(`${url}/v1/lines?source=a`, linesWith(50, 10))
  })
  expect(got).toEqual(['a', 'closed'])
})
