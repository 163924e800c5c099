import { createConnection, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ask, type Answer, linesWith, post, type Started, started } from './running-service.js'

const TOKEN = 'a-token-of-at-least-sixteen'
const bearer = { authorization: `Bearer ${TOKEN}` }
const text = { 'content-type': 'text/plain' }
const json = { 'content-type': 'application/json' }
const ndjson = { 'content-type': 'application/x-ndjson' }
const MIB = 1024 * 1024

let running: Started

beforeAll(async () => {
  running = await started({
    bundle: '/nowhere/bundles/first',
    http: {
      tokens: [TOKEN],
      mostBodyBytes: MIB,
      mostPlainBytes: 2 * MIB,
      headersTimeoutMs: 700,
      requestTimeoutMs: 1200,
      wrongTokenRate: { perSecond: 1000, burst: 1000 },
    },
  })
})
afterAll(() => running.service.close())

/** The status line and the rest of what comes back for bytes as they are; `null` where the connection is just closed. */
function raw(bytes: string | Buffer, keep = false): Promise<{ status: number | null; all: string }> {
  const { hostname, port } = new URL(running.url)
  return new Promise((resolve) => {
    const socket: Socket = createConnection(Number(port), hostname)
    let all = ''
    socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(all)?.[1] ?? NaN) || null, all }))
    socket.write(bytes)
    if (!keep) setTimeout(() => socket.end(), 300)
  })
}

function head(line: string, headers: Record<string, string> = {}): string {
  const all = { host: '127.0.0.1', ...bearer, connection: 'close', ...headers }
  return `${line}\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
}

function lines(body: string | Buffer, headers: Record<string, string>, query = ''): Promise<Answer> {
  return post(`${running.url}/v1/lines${query}`, body, { ...bearer, ...headers })
}

function get(path: string, headers: Record<string, string> = bearer): Promise<Answer> {
  return ask(running.url + path, { headers })
}

function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return ask(running.url + path, { method, headers: { ...bearer, ...headers }, body })
}

/** Name → what is sent → the status that HTTP has for it. */
const requests: [name: string, send: () => Promise<{ status: number | null }>, status: number | null][] = [
  // bodies
  ['JSON that is none', () => lines('{"line":', json), 400],
  ['JSON of the wrong shape', () => lines('{"lines":[1,2]}', json), 400],
  ['JSON that is a number', () => lines('7', json), 400],
  ['JSON that is null', () => lines('null', json), 400],
  ['a line that is an object', () => lines('{"line":{"a":1}}', ndjson), 400],
  ['a bad line after good ones', () => lines('"fine"\n{"line":\n', ndjson), 400],
  ['JSON nested a hundred thousand deep', () => lines('['.repeat(100_000) + ']'.repeat(100_000), json), 400],
  ['a prototype in JSON', () => lines('{"__proto__":{"line":"x"},"constructor":1}', ndjson), 400],
  ['a source that is a number', () => lines('{"line":"x","source":7}', ndjson), 400],
  ['a source with a line end', () => lines('{"line":"x","source":"a\\nb"}', ndjson), 400],
  ['a source that turns the direction of text', () => lines('{"line":"x","source":"a\\u202eb"}', ndjson), 400],
  ['a source that is empty', () => lines('x\n', text, '?source='), 400],
  ['a source of 10,000 characters', () => lines('x\n', text, `?source=${'a'.repeat(10_000)}`), 400],
  ['two sources', () => lines('x\n', text, '?source=a&source=b'), 400],
  ['a body that is too long', () => lines('x'.repeat(MIB + 1), text), 413],
  [
    'a length that says too much',
    () => raw(head('POST /v1/lines HTTP/1.1', { ...text, 'content-length': '99999999999' })),
    413,
  ],
  ['gzip that is none', () => lines('not gzip', { ...text, 'content-encoding': 'gzip' }), 400],
  [
    'gzip that is cut off',
    () => lines(gzipSync(linesWith(50, -1)).subarray(0, 40), { ...text, 'content-encoding': 'gzip' }),
    400,
  ],
  ['a gzip bomb', () => lines(gzipSync(Buffer.alloc(200 * MIB)), { ...text, 'content-encoding': 'gzip' }), 413],
  [
    'a gzip bomb of JSON',
    () => lines(gzipSync(`"${'x'.repeat(50 * MIB)}"`), { ...json, 'content-encoding': 'gzip' }),
    413,
  ],
  ['gzip within gzip', () => lines(gzipSync(gzipSync('x\n')), { ...text, 'content-encoding': 'gzip, gzip' }), 415],
  ['an encoding nobody knows', () => lines('x', { ...text, 'content-encoding': 'br' }), 415],
  ['a media type nobody knows', () => lines('<a/>', { 'content-type': 'application/xml' }), 415],
  ['a media type that is none', () => lines('x', { 'content-type': ';;;' }), 415],
  ['no media type', () => raw(head('POST /v1/lines HTTP/1.1', { 'content-length': '2' }) + 'x\n'), 415],
  ['a form', () => lines('a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
  // tokens
  ['no token', () => get('/v1/status', {}), 401],
  ['a wrong token', () => get('/v1/status', { authorization: `Bearer ${TOKEN.slice(0, -1)}!` }), 401],
  ['a token that is too short', () => get('/v1/status', { authorization: 'Bearer a' }), 401],
  ['a token of 8,000 characters', () => get('/v1/status', { authorization: `Bearer ${'a'.repeat(8000)}` }), 401],
  [
    'another scheme',
    () => get('/v1/status', { authorization: `Basic ${Buffer.from(`a:${TOKEN}`).toString('base64')}` }),
    401,
  ],
  ['a token in the address', () => get(`/v1/status?token=${TOKEN}`, {}), 401],
  ['lines without a token: the body is not read', () => post(`${running.url}/v1/lines`, 'x'.repeat(MIB)), 401],
  ['a bundle without a token', () => post(`${running.url}/v1/bundle`, '{}', json), 401],
  // addresses
  ['a path up', () => raw(head('GET /../../etc/passwd HTTP/1.1')), 404],
  ['a path up, encoded', () => raw(head('GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1')), 404],
  ['a path up behind a known one', () => raw(head('GET /v1/incidents/..%2f..%2fetc%2fpasswd HTTP/1.1')), 400],
  ['a path of backslashes', () => raw(head('GET /..\\..\\windows HTTP/1.1')), 404],
  ['a NUL in the path', () => raw(head('GET /v1/incidents/a%00b HTTP/1.1')), 400],
  ['an encoding that is cut off', () => raw(head('GET /v1/incidents/%E0%A4%A HTTP/1.1')), 400],
  ['a path of 5,000 characters', () => get(`/v1/incidents/${'a'.repeat(5000)}`), 414],
  ['an address that is another host', () => raw(head('GET http://evil.example/v1/status HTTP/1.1')), 400],
  ['an id with markup', () => get('/v1/incidents/%3Cscript%3E'), 400],
  ['a bundle by a path', () => send('POST', '/v1/bundle', json, '{"name":"../../etc"}'), 400],
  ['a bundle with a key too many', () => send('POST', '/v1/bundle', json, '{"path":"/etc"}'), 400],
  ['a limit that is none', () => get('/v1/incidents?limit=all'), 400],
  ['a limit below one', () => get('/v1/incidents?limit=-1'), 400],
  ['a severity nobody knows', () => get('/v1/incidents?severity=high,fatal'), 400],
  // methods
  ['a method that is not for it', () => send('DELETE', '/v1/lines'), 405],
  ['lines by GET', () => get('/v1/lines'), 405],
  ['OPTIONS of another site', () => send('OPTIONS', '/v1/lines', { origin: 'https://evil.example' }), 403],
  ['a method nobody knows', () => raw(head('STEAL / HTTP/1.1')), 400],
  // other sites
  ['a request of another origin', () => lines('x\n', { ...text, origin: 'https://evil.example' }), 403],
  ['a request of no origin', () => lines('x\n', { ...text, origin: 'null' }), 403],
  ['a request of another site', () => get('/v1/status', { ...bearer, 'sec-fetch-site': 'cross-site' }), 403],
  ['a host that is none', () => raw('GET /v1/status HTTP/1.1\r\nhost: a b<c>\r\nconnection: close\r\n\r\n'), 403],
  ['no host', () => raw('GET /v1/status HTTP/1.1\r\nconnection: close\r\n\r\n'), 400],
  // HTTP itself
  ['headers of 100,000 bytes', () => raw(head('GET /v1/status HTTP/1.1', { 'x-long': 'a'.repeat(100_000) })), 431],
  [
    'ten thousand headers',
    () =>
      raw(
        head('GET /v1/status HTTP/1.1', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-${i}`, 'a']))),
      ),
    431,
  ],
  ['no HTTP at all', () => raw('\u0016\u0003\u0001\u0002\u0000\u0001\u0000 hello\r\n\r\n'), 400],
  [
    'two lengths',
    () =>
      raw(
        head('POST /v1/lines HTTP/1.1', { ...text, 'content-length': '2' }).replace(
          '\r\n\r\n',
          '\r\ncontent-length: 5\r\n\r\n',
        ) + 'x\n',
      ),
    400,
  ],
  [
    'a length and chunks: a smuggled request',
    () =>
      raw(
        head('POST /v1/lines HTTP/1.1', { ...text, 'content-length': '4', 'transfer-encoding': 'chunked' }) +
          '0\r\n\r\nGET /v1/bundle HTTP/1.1\r\n\r\n',
      ),
    400,
  ],
  [
    'a chunk whose length is none',
    () => raw(head('POST /v1/lines HTTP/1.1', { ...text, 'transfer-encoding': 'chunked' }) + 'zz\r\nx\r\n'),
    400,
  ],
  ['a header that is split', () => raw('GET /v1/status HTTP/1.1\r\nhost: 127.0.0.1\r\nx: a\u0000b\r\n\r\n'), 400],
  ['a version from the future', () => raw(head('GET /v1/status HTTP/9.9')), 400],
  ['headers that never end (slow loris)', () => raw('GET /v1/status HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ', true), 408],
  [
    'a body that never ends',
    () => raw(head('POST /v1/lines HTTP/1.1', { ...text, 'content-length': '100' }) + 'x', true),
    408,
  ],
]

describe('hostile requests', () => {
  test('there are at least sixty', () => expect(requests.length).toBeGreaterThanOrEqual(60))

  test.each(requests)('%s', async (_name, send, status) => {
    const judgedBefore = running.detector.stats().lines
    expect((await send()).status).toBe(status)
    expect(running.detector.stats().lines).toBe(judgedBefore)
    expect((await get('/v1/status')).status).toBe(200)
  })

  test('none of them was a defect of ours', () => {
    expect(running.events.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('what answers give away', () => {
  test('a no is JSON that holds nothing of the request, no stack and no path', async () => {
    const evil = '<script>alert(1)</script>'
    for (const answer of [
      await get(`/${encodeURIComponent(evil)}`),
      await lines(`{"line":${evil}`, ndjson),
      await get(`/v1/incidents?status=${encodeURIComponent(evil)}`),
    ]) {
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      expect(answer.text).not.toMatch(/script|\/work|node_modules|at .*\(/)
      expect(Object.keys(JSON.parse(answer.text))).toEqual(['type', 'title', 'status', 'code', 'detail'])
    }
  })

  test('every answer forbids to be shown as a page, guessed at, framed or kept', async () => {
    for (const path of ['/v1/status', '/healthz', '/v1/incidents', '/nowhere', '/metrics', '/openapi.json', '/']) {
      const { headers } = await get(path)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
      expect(headers.server).toBeUndefined()
    }
  })

  test('wrong tokens are slowed down, a right one from elsewhere is not asked for', async () => {
    const strict = await started({ http: { tokens: [TOKEN], wrongTokenRate: { perSecond: 0.1, burst: 3 } } })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++)
      statuses.push(
        (await ask(`${strict.url}/v1/status`, { headers: { authorization: 'Bearer wrong-wrong-wrong' } })).status,
      )
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    expect((await ask(`${strict.url}/healthz`)).status).toBe(200)
    await strict.service.close()
  })

  test('requests are limited by address', async () => {
    const strict = await started({ http: { rate: { perSecond: 1, burst: 3 } } })
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push(await ask(`${strict.url}/v1/status`))
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    expect(statuses[4].headers['retry-after']).toBe('1')
    await strict.service.close()
  })

  test('without a token: no bundle is swapped, and a name turned to our address is refused', async () => {
    const open = await started({ bundle: '/nowhere/first' })
    expect((await post(`${open.url}/v1/bundle`, '{}', json)).status).toBe(403)
    expect((await ask(`${open.url}/v1/status`, { headers: { host: 'evil.example' } })).status).toBe(403)
    expect((await post(`${open.url}/v1/lines`, 'x\n', { origin: 'https://evil.example' })).status).toBe(403)
    expect((await ask(`${open.url}/v1/status`, { headers: { host: 'localhost:7700' } })).status).toBe(200)
    await open.service.close()
  })
})

describe('lines of strangers', () => {
  test('markup, escapes and turned text stay text, in JSON that nothing renders', async () => {
    const evil = `STRANGE <img src=x onerror=alert(1)> \u001b[2J \u202e </script> ' " & \u0000`
    const fresh = await started({ http: { tokens: [TOKEN] } })
    await post(`${fresh.url}/v1/lines?source=evil`, linesWith(50, 5, evil), bearer)
    const { text, headers } = await ask(`${fresh.url}/v1/incidents`, { headers: bearer })
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(text).incidents[0].lines[0].text).toBe(evil)
    expect((await ask(`${fresh.url}/metrics`, { headers: bearer })).text).not.toContain('onerror')
    await fresh.service.close()
  })
})
