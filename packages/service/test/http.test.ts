import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { EventReader } from './event-reader.js'
import { ask, linesWith, post, until, withService } from './running-service.js'

const TOKEN = 'a-token-of-at-least-sixteen'
const bearer = { authorization: `Bearer ${TOKEN}` }

describe('POST /v1/lines', () => {
  test('text is judged before it is answered', () =>
    withService({}, async ({ url, detector }) => {
      const { status, text } = await post(`${url}/v1/lines?source=web`, linesWith(50, 10))
      expect([status, JSON.parse(text)]).toEqual([
        200,
        { lines: 50, bytes: expect.any(Number), sources: 1, findings: 1 },
      ])
      expect(detector.stats('web')).toMatchObject({ lines: 50, findings: 1 })
    }))

  test('a last line without its end is a line', () =>
    withService({}, async ({ url, detector }) => {
      await post(`${url}/v1/lines?source=web`, 'one\ntwo')
      await post(`${url}/v1/lines?source=web`, 'three')
      expect(detector.stats('web').lines).toBe(3)
    }))

  test('NDJSON names a source a line, and lines of a source keep their order', () =>
    withService({}, async ({ url, detector }) => {
      const body = [{ line: 'a', source: 'x' }, 'b', { message: 'c', source: 'x', other: 1 }].map((one) =>
        JSON.stringify(one),
      )
      const { text } = await post(`${url}/v1/lines?source=rest`, body.join('\n') + '\n\n', {
        'content-type': 'application/x-ndjson',
      })
      expect(JSON.parse(text)).toMatchObject({ lines: 3, sources: 2 })
      expect([detector.stats('x').lines, detector.stats('rest').lines]).toEqual([2, 1])
    }))

  test('a JSON array and gzip', () =>
    withService({}, async ({ url, detector }) => {
      const body = gzipSync(JSON.stringify(['a', { line: 'b' }]))
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      expect((await post(`${url}/v1/lines`, body, headers)).status).toBe(200)
      expect(detector.stats('http').lines).toBe(2)
    }))

  test('a bad line of NDJSON: nothing of the request is taken', () =>
    withService({}, async ({ url, detector }) => {
      const { status, text } = await post(`${url}/v1/lines`, '{"line":"a"}\n{"line":1}\n', {
        'content-type': 'application/x-ndjson',
      })
      expect([status, JSON.parse(text).code, detector.sources()]).toEqual([400, 'bad-lines', []])
      expect(JSON.parse(text).detail).toContain('line 2')
    }))

  test('what waits is bounded: the rest is refused, and nothing of it taken', () =>
    withService({ mostQueuedBytes: 4000, concurrency: 1 }, async ({ url, detector }) => {
      const slow = detector.push.bind(detector)
      detector.push = async (...parts) => {
        await new Promise((resolve) => setTimeout(resolve, 50))
        return slow(...parts)
      }
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => post(`${url}/v1/lines?source=s${i}`, linesWith(50, -1))),
      )
      const [taken, refused] = [
        answers.filter(({ status }) => status === 200),
        answers.filter(({ status }) => status === 503),
      ]
      expect(taken.length + refused.length).toBe(20)
      expect(refused.length).toBeGreaterThan(0)
      expect(refused[0].headers['retry-after']).toBe('1')
      expect(detector.stats().lines).toBe(taken.length * 50)
    }))

  test('lines that the detector cannot judge: 500, and the service goes on', () =>
    withService({}, async ({ url, events }) => {
      expect((await post(`${url}/v1/lines`, 'BREAK THE DETECTOR\n')).status).toBe(500)
      expect((await post(`${url}/v1/lines`, 'fine\n')).status).toBe(200)
      expect(events.map(({ code }) => code)).toContain('judging-failed')
    }))
})

describe('GET /v1/findings', () => {
  test('events come as they are found, and go on behind the last one seen', () =>
    withService({}, async ({ url }) => {
      const first = await EventReader.open(`${url}/v1/findings`)
      await post(`${url}/v1/lines?source=a`, linesWith(100, 10))
      await post(`${url}/v1/lines?source=b`, linesWith(50, 10))
      await until('two events', () => first.events.length === 2)
      first.close()
      await post(`${url}/v1/lines?source=c`, linesWith(50, 10))
      const again = await EventReader.open(`${url}/v1/findings`, { 'last-event-id': first.events[0].id })
      await until('two more', () => again.events.length === 2)
      expect(again.events.map(({ data }) => data.source)).toEqual(['b', 'c'])
      expect(again.events[0].data).toMatchObject({ opensIncident: true, incident: again.events[0].data.id })
      again.close()
    }))

  test('an event that is no longer kept is a gap', () =>
    withService({ mostKeptFindings: 2 }, async ({ url }) => {
      await post(`${url}/v1/lines`, Array.from({ length: 5 }, () => linesWith(50, 10)).join(''))
      const reader = await EventReader.open(`${url}/v1/findings`, { 'last-event-id': '1-0000000000000000' })
      await until('gap and two events', () => reader.events.length === 3)
      expect(reader.events.map(({ event }) => event)).toEqual(['gap', 'finding', 'finding'])
      reader.close()
    }))

  test('only what was asked for', () =>
    withService({}, async ({ url }) => {
      await post(`${url}/v1/lines?source=a`, linesWith(50, 10))
      await post(`${url}/v1/lines?source=b`, linesWith(50, 10))
      const reader = await EventReader.open(`${url}/v1/findings?source=b&lastEventId=0`)
      await until('one event', () => reader.events.length === 1)
      expect(reader.events[0].data.source).toBe('b')
      reader.close()
    }))

  test('listeners are bounded', () =>
    withService({ http: { mostListeners: 1 } }, async ({ url }) => {
      const reader = await EventReader.open(`${url}/v1/findings`)
      expect((await ask(`${url}/v1/findings`)).status).toBe(503)
      reader.close()
    }))
})

describe('incidents', () => {
  test('pages, the one changed last first, without repetition', () =>
    withService({}, async ({ url }) => {
      for (const source of ['a', 'b', 'c', 'd', 'e']) await post(`${url}/v1/lines?source=${source}`, linesWith(50, 10))
      const seen: string[] = []
      for (let next: number | null = null, more = true; more; more = next !== null) {
        const page = JSON.parse(
          (await ask(`${url}/v1/incidents?limit=2${next === null ? '' : `&before=${next}`}`)).text,
        )
        seen.push(...page.incidents.map(({ places }: { places: { source: string }[] }) => places[0].source))
        next = page.next
      }
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
    }))

  test('one by its id, in Korean, and none by another', () =>
    withService({}, async ({ url }) => {
      await post(`${url}/v1/lines?source=a`, linesWith(50, 10))
      const { incidents } = JSON.parse((await ask(`${url}/v1/incidents`)).text)
      const one = JSON.parse((await ask(`${url}/v1/incidents/${incidents[0].id}?language=ko`)).text)
      expect(one.headline).toMatch(/[가-힣]/)
      expect(one.headlineParts[1]).toContain('STRANGE')
      expect((await ask(`${url}/v1/incidents/0123456789abcdef`)).status).toBe(404)
    }))
})

describe('status and metrics', () => {
  test('tell what happened', () =>
    withService({}, async ({ url }) => {
      await post(`${url}/v1/lines?source=a`, linesWith(100, 10))
      const status = JSON.parse((await ask(`${url}/v1/status`)).text)
      expect(status).toMatchObject({
        lines: 100,
        findings: 1,
        isReady: true,
        bundle: 'fake-bundle',
        sources: { open: 1 },
      })
      const { text, headers } = await ask(`${url}/metrics`)
      expect(headers['content-type']).toContain('text/plain; version=0.0.4')
      expect(text).toContain('\nsp_lines_total 100\n')
      expect(text).toMatch(/sp_http_requests_total\{route="\/v1\/lines",status="200"\} 1/)
      const sources = JSON.parse((await ask(`${url}/v1/sources?search=A`)).text)
      expect(sources).toMatchObject({ total: 1, sources: [{ name: 'a', lines: 100, findings: 1 }] })
      expect(sources.sources[0].activity.lines.at(-1) + sources.sources[0].activity.lines.at(-2)).toBe(100)
      const templates = JSON.parse((await ask(`${url}/v1/templates`)).text)
      expect(templates.templates[0]).toMatchObject({
        text: 'STRANGE disk <NUM> failed',
        example: 'STRANGE disk 7 failed',
      })
    }))

  test('every answer is what the OpenAPI document says', () =>
    withService({}, async ({ url }) => {
      const document = JSON.parse((await ask(`${url}/openapi.json`)).text)
      expect(document.openapi).toBe('3.1.0')
      expect(Object.keys(document.paths).sort()).toEqual(
        [
          '/',
          '/healthz',
          '/live.css',
          '/live.js',
          '/metrics',
          '/readyz',
          '/v1/bundle',
          '/v1/findings',
          '/v1/incidents',
          '/v1/incidents/{id}',
          '/v1/lines',
          '/v1/sources',
          '/v1/status',
          '/v1/templates',
        ].sort(),
      )
      expect(document.paths['/v1/lines'].post.requestBody.content).toHaveProperty('application/x-ndjson')
      expect(document.paths['/v1/incidents'].get.parameters.map(({ name }: { name: string }) => name)).toContain(
        'before',
      )
    }))
})

describe('who may call', () => {
  test('with tokens, only who sends one; health and page are open', () =>
    withService({ http: { tokens: [TOKEN] } }, async ({ url }) => {
      const statuses = await Promise.all(
        ['/v1/status', '/metrics', '/v1/incidents', '/v1/findings', '/healthz', '/readyz', '/openapi.json'].map(
          async (path) => (await ask(url + path)).status,
        ),
      )
      expect(statuses).toEqual([401, 401, 401, 401, 200, 200, 200])
      expect((await ask(`${url}/v1/status`, { headers: bearer })).status).toBe(200)
      expect((await ask(`${url}/v1/status`, { headers: { authorization: `Bearer ${TOKEN}x` } })).status).toBe(401)
    }))

  test('it does not leave the loopback without a token', async () => {
    await expect(withService({ http: { host: '0.0.0.0' } }, async () => {})).rejects.toMatchObject({
      code: 'needs-token',
    })
  })

  test('an address that is taken is named', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await expect(withService({ http: { port } }, async () => {})).rejects.toMatchObject({ code: 'cannot-listen' })
    server.close()
  })
})
