import { readFile } from 'node:fs/promises'
import type { Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { messageOf, ServiceError } from '../errors.js'
import type { ServiceCore } from '../service-core.js'
import { Tokens } from './authentication.js'
import { issueOf } from './line-body.js'
import { isLoopback } from './listening.js'
import { strangeOrigin } from './origin-guard.js'
import { Problem, problemBody, problemFrom } from './problems.js'
import { RateLimit, type Rate } from './rate-limit.js'
import type { Route } from './route.js'
import { routesOf } from './routes.js'

/** The HTTP side of a service. */
export interface HttpOptions {
  /** Address to listen on, default 127.0.0.1. Anything but the loopback needs a token. */
  readonly host?: string
  /** Default 7700; 0 takes a free one. */
  readonly port?: number
  /** Tokens that open the service; none: whoever reaches it. */
  readonly tokens?: readonly string[]
  /** Certificate and key as PEM files: then it speaks HTTPS. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Bytes of a body as it comes, default 8 MiB. */
  readonly mostBodyBytes?: number
  /** Bytes of a body after decompression, default 32 MiB. */
  readonly mostPlainBytes?: number
  /** Requests of one address, default 1,000 a second and 2,000 at once. */
  readonly rate?: Rate
  /** Requests of one address with a wrong token, default 1 in six seconds and 20 at once. */
  readonly wrongTokenRate?: Rate
  /** Connections at a time, default 1,000. */
  readonly mostConnections?: number
  /** Listeners to the stream of findings at a time, default 100. */
  readonly mostListeners?: number
  /** Time for the headers of a request, default 10 s, and for the whole of it, default 60 s. */
  readonly headersTimeoutMs?: number
  readonly requestTimeoutMs?: number
}

const DEFAULT_PORT = 7700
const MIB = 1024 * 1024
const MOST_HEADER_BYTES = 16 * 1024
/** How often connections that are too slow are looked for. */
const SLOW_CHECK_MS = 1000
const KEEP_ALIVE_MS = 72_000
/** Time that requests have to end when the service closes. */
const CLOSE_MS = 10_000

/** What every answer carries: nothing of it may be shown as a page, guessed at, kept or framed. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** The HTTP side of a service, listening. */
export interface HttpServer {
  /** Address to call it by, such as `http://127.0.0.1:7700`. */
  readonly url: string
  /** Reads the certificate anew; connections that are open stay. */
  reloadTls(): Promise<void>
  close(): Promise<void>
}

/**
 * Listens for requests.
 * @throws {ServiceError} `needs-token` outside the loopback without a token; `bad-options` on a bad token or certificate;
 * `cannot-listen` when the address is taken
 */
export async function listenHttp(core: ServiceCore, options: HttpOptions = {}): Promise<HttpServer> {
  const { host = '127.0.0.1', port = DEFAULT_PORT, tls } = options
  const tokens = new Tokens(options.tokens ?? [])
  if (!isLoopback(host) && tokens.isEmpty) {
    const message = `${host} is not the loopback: give a token (--token-file), or listen on 127.0.0.1`
    throw new ServiceError('needs-token', message)
  }
  const streams = new Set<ServerResponse>()
  const server = await buildServer(core, options, { tokens, streams })
  try {
    await server.listen({ host, port })
  } catch (cause) {
    throw new ServiceError('cannot-listen', `cannot listen on ${host}:${port}: ${messageOf(cause)}`, { cause })
  }
  const address = server.server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`
  return {
    url,
    async reloadTls() {
      if (tls) (server.server as unknown as TlsServer).setSecureContext(await readTls(tls))
    },
    async close() {
      for (const response of streams) response.end()
      // Requests under way are answered; one that takes longer than this is cut off.
      const timer = setTimeout(() => server.server.closeAllConnections(), CLOSE_MS)
      await server.close()
      clearTimeout(timer)
    },
  }
}

async function buildServer(
  core: ServiceCore,
  options: HttpOptions,
  { tokens, streams }: { readonly tokens: Tokens; readonly streams: Set<ServerResponse> },
): Promise<FastifyInstance> {
  const { mostBodyBytes = 8 * MIB, mostPlainBytes = 32 * MIB, mostConnections = 1000, mostListeners = 100 } = options
  const timeouts = {
    headersTimeout: options.headersTimeoutMs ?? 10_000,
    requestTimeout: options.requestTimeoutMs ?? 60_000,
    connectionsCheckingInterval: SLOW_CHECK_MS,
    maxHeaderSize: MOST_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
  }
  const secure = options.tls && { https: { ...timeouts, ...(await readTls(options.tls)) } }
  const server = fastify({
    ...(secure ?? { http: timeouts }),
    logger: false,
    bodyLimit: mostBodyBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: timeouts.requestTimeout,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _request, reply) => answerProblem(reply as FastifyReply, problemFrom(error)),
  }) as unknown as FastifyInstance
  const listening = server.server as Server
  listening.maxConnections = mostConnections

  server.removeAllContentTypeParsers()
  const types = ['text/plain', 'application/x-ndjson', 'application/json']
  server.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setValidatorCompiler(
    ({ schema }) =>
      (data) =>
        validated(schema as unknown as z.ZodType, data),
  )
  server.setSerializerCompiler(() => (data) => JSON.stringify(data))
  server.setErrorHandler((error, _request, reply) => {
    const problem = problemFrom(error)
    if (problem.code === 'defect') core.surroundings.tell({ level: 'error', code: 'defect', message: stackOf(error) })
    return answerProblem(reply, problem)
  })
  server.setNotFoundHandler((_request, reply) =>
    answerProblem(reply, new Problem(404, 'no-route', 'there is no such address')),
  )
  server.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(HEADERS)) if (!reply.hasHeader(name)) void reply.header(name, value)
    if (options.tls) void reply.header('strict-transport-security', 'max-age=31536000')
  })
  server.addHook('onResponse', async (request, reply) => {
    core.counters.request(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
  })
  const guard = guardOf(core, options, tokens)
  server.addHook('onRequest', async (request) => guard(request))
  addRoutes(server, routesOf(core, { mostPlainBytes, mostListeners, streams }))
  return server
}

interface RouteConfig {
  readonly spToken?: Route['token']
  readonly spPage?: boolean
}

/** What every request has to pass before it is read: where it comes from, how often, and its token. */
function guardOf({ counters, surroundings }: ServiceCore, options: HttpOptions, tokens: Tokens) {
  const rate = new RateLimit(options.rate ?? { perSecond: 1000, burst: 2000 })
  const wrongTokens = new RateLimit(options.wrongTokenRate ?? { perSecond: 1 / 6, burst: 20 })
  return (request: FastifyRequest): void => {
    const { spToken = 'asked', spPage = false } = request.routeOptions.config as RouteConfig
    const { host, origin, authorization, 'sec-fetch-site': site } = request.headers
    const fromSite = spPage || typeof site !== 'string' ? undefined : site
    const strange = strangeOrigin({ host, origin: spPage ? undefined : origin, site: fromSite }, tokens.isEmpty)
    if (strange !== null) throw new Problem(host === undefined ? 400 : 403, 'strange-origin', strange)
    const { url = '/' } = request.raw
    // The absolute form (RFC 9112, §3.2.2), as a proxy is asked: it has to name who is asked.
    if (!url.startsWith('/') && !(URL.canParse(url) && new URL(url).host === host)) {
      throw new Problem(400, 'bad-url', 'the address names another host than the header host')
    }
    const nowMs = surroundings.nowMs()
    const wait = Math.max(rate.take(request.ip, nowMs), spToken === 'never' ? 0 : wrongTokens.waitOf(request.ip, nowMs))
    if (wait > 0) {
      counters.refusals.rate++
      throw new Problem(429, 'too-many-requests', 'too many requests; come back later', { 'retry-after': String(wait) })
    }
    if (tokens.isEmpty) {
      if (spToken !== 'always') return
      throw new Problem(403, 'needs-token', 'the service was started without a token; start it with --token-file')
    }
    if (spToken === 'never' || tokens.accept(authorization)) return
    counters.refusals.token++
    if (authorization !== undefined) wrongTokens.take(request.ip, nowMs)
    throw new Problem(401, 'needs-token', 'send a token: authorization: Bearer …', { 'www-authenticate': 'Bearer' })
  }
}

function addRoutes(server: FastifyInstance, routes: readonly Route[]): void {
  for (const route of routes) {
    const { method, path, params, query, token, isPage = false } = route
    server.route({
      method,
      url: path,
      schema: { ...(params && { params }), ...(query && { querystring: query }) },
      config: { spToken: token, spPage: isPage },
      async handler(request, reply) {
        const answer = await route.handle(request, reply)
        if (answer === undefined) return reply
        if (typeof answer === 'string') return reply.send(answer)
        return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
      },
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) refuseOtherMethods(server, routes, path)
}

/** 405 with what the address does know, instead of the 404 of the framework. */
function refuseOtherMethods(server: FastifyInstance, routes: readonly Route[], path: string): void {
  const known = routes.filter((route) => route.path === path).map(({ method }) => method as string)
  if (known.includes('GET')) known.push('HEAD')
  const others = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
    (method) => !known.includes(method),
  )
  const allow = known.join(', ')
  server.route({
    method: others,
    url: path,
    config: { spToken: 'never' },
    // A body that is not wanted is not read either.
    async onRequest() {
      throw new Problem(405, 'bad-method', `this address takes ${allow}`, { allow })
    },
    handler: async () => undefined,
  })
}

function validated(schema: z.ZodType, data: unknown): { value: unknown } | { error: Error } {
  const parsed = schema.safeParse(data)
  if (parsed.success) return { value: parsed.data }
  return { error: new Problem(400, 'bad-parameters', issueOf(parsed.error)) }
}

function answerProblem(reply: FastifyReply, { status, code, message, headers }: Problem): FastifyReply {
  // What is left of a body that nobody reads would be taken for the next request.
  if (status === 413 || status === 408 || status === 401 || status === 429) void reply.header('connection', 'close')
  const body = JSON.stringify(problemBody(status, code, message))
  return reply.code(status).headers(headers).type('application/problem+json; charset=utf-8').send(body)
}

/** Answers what is no HTTP, or not in time, on the bare socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  const answering = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage
  if (error.code === 'ECONNRESET' || !socket.writable || answering?.headersSent) {
    socket.destroy()
    return
  }
  const [status, code, detail] = BROKEN[error.code ?? ''] ?? [400, 'bad-http', 'the request is not well formed HTTP']
  const body = problemBody(status, code, detail)
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${body.title}`,
    'connection: close',
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    ...Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}

const BROKEN: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers-too-large', `the headers are longer than ${MOST_HEADER_BYTES} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'too-slow', 'the request did not come in time'],
}

async function readTls(files: { readonly certificate: string; readonly key: string }) {
  try {
    const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)])
    return { cert, key, minVersion: 'TLSv1.2' as const }
  } catch (cause) {
    throw new ServiceError('bad-options', `cannot read the certificate or its key: ${messageOf(cause)}`, { cause })
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
