import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { ServiceError } from '../errors.js'
import { countLines } from '../flow/line-batch.js'
import { pageFile } from '../page-files.js'
import type { ServiceCore } from '../service-core.js'
import { streamFindings } from './event-stream.js'
import { LineValue, linesOfBody } from './line-body.js'
import { openApiDocument } from './openapi.js'
import { Problem } from './problems.js'
import type { AnswerDescription, Route } from './route.js'
import {
  BundleBody,
  BundleRequest,
  FindingBody,
  FindingsQuery,
  HealthBody,
  IncidentBody,
  IncidentPageBody,
  IncidentPath,
  IncidentsQuery,
  LanguageQuery,
  LinesQuery,
  LinesTaken,
  ListQuery,
  SourcesBody,
  StatusBody,
  TemplatesBody,
} from './schemas.js'
import { metricsText, sourcesBody, statusBody, templatesBody } from './status-body.js'

/** Bounds of requests. */
export interface RouteLimits {
  /** Bytes of a body after decompression. */
  readonly mostPlainBytes: number
  /** Listeners to the stream of findings at a time. */
  readonly mostListeners: number
  /** Answers that go on until somebody ends them. */
  readonly streams: Set<ServerResponse>
}

/** Every operation of the service. */
export function routesOf(core: ServiceCore, limits: RouteLimits): Route[] {
  const routes: Route[] = [
    linesRoute(core, limits),
    findingsRoute(core, limits),
    ...incidentRoutes(core),
    reading('status', '/v1/status', 'The state of the service', { body: StatusBody }, async () => statusBody(core)),
    listing('sources', 'The sources with a state, each by minutes of arrival', SourcesBody, (part) =>
      sourcesBody(core, part),
    ),
    listing(
      'templates',
      'Templates: those that findings have told of, then the others that the bundle knows',
      TemplatesBody,
      (part) => templatesBody(core, part),
    ),
    bundleRoute(core),
    ...healthRoutes(core),
    pageRoute('/', 'page', 'The live page', 'page.html', 'text/html'),
    pageRoute('/live.js', 'pageScript', 'The script of the live page', 'live.js', 'text/javascript'),
    pageRoute('/live.css', 'pageStyle', 'The style of the live page', 'live.css', 'text/css'),
  ]
  const document = openApiDocument(routes, core.version)
  return [
    ...routes,
    openly('openapi', '/openapi.json', 'This document', { description: 'OpenAPI 3.1' }, async () => document),
  ]
}

function linesRoute(core: ServiceCore, { mostPlainBytes }: RouteLimits): Route {
  return {
    method: 'POST',
    path: '/v1/lines',
    name: 'postLines',
    summary: 'Judges lines; answered when they are judged. All lines of a request are taken, or none.',
    token: 'asked',
    query: LinesQuery,
    body: {
      types: ['text/plain', 'application/x-ndjson', 'application/json'],
      description: 'Lines as text; as NDJSON, an object or a string a line; or as a JSON array of these. May be gzip.',
      schema: LineValue,
    },
    answers: { 200: { description: 'The lines were judged.', body: LinesTaken } },
    async handle(request): Promise<z.infer<typeof LinesTaken>> {
      const { source } = request.query as z.infer<typeof LinesQuery>
      const mediaType = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase()
      const encoding = request.headers['content-encoding']
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      refuseWithoutRoom(core, body.length)
      const bySource = await linesOfBody(body, { mediaType, encoding, source, mostBytes: mostPlainBytes })
      const batches = [...bySource].map(([name, bytes]) => ({ source: name, bytes }))
      const bytes = batches.reduce((sum, batch) => sum + batch.bytes.length, 0)
      const lines = batches.reduce((sum, batch) => sum + countLines(batch.bytes), 0)
      refuseWithoutRoom(core, bytes)
      const judged = await Promise.all(batches.map((batch) => core.judge.push(batch)))
      const findings = judged.reduce((sum, one) => sum + one.findings, 0)
      return { lines, bytes, sources: batches.length, findings }
    },
  }
}

/** What waits already is more than enough: whoever sends is asked to come back. */
function refuseWithoutRoom({ judge, counters }: ServiceCore, bytes: number): void {
  if (judge.hasRoom(bytes)) return
  counters.refusals.overload++
  throw new Problem(503, 'overloaded', 'too many lines are waiting; nothing was taken', { 'retry-after': '1' })
}

function findingsRoute({ log }: ServiceCore, { mostListeners, streams }: RouteLimits): Route {
  return {
    method: 'GET',
    path: '/v1/findings',
    name: 'getFindings',
    summary: 'Findings as they come, as server-sent events; `Last-Event-ID` goes on behind the last one seen',
    token: 'asked',
    query: FindingsQuery,
    answers: {
      200: {
        description: 'Events `finding`, and `gap` where some are missing.',
        body: FindingBody,
        mediaType: 'text/event-stream',
      },
    },
    async handle(request, reply) {
      if (log.listeners >= mostListeners) {
        throw new Problem(503, 'too-many-listeners', `${mostListeners} listeners are here already`, {
          'retry-after': '10',
        })
      }
      const { source, minScore, lastEventId } = request.query as z.infer<typeof FindingsQuery>
      const header = request.headers['last-event-id']
      const lastId = (typeof header === 'string' ? header.slice(0, 80) : undefined) ?? lastEventId
      reply.hijack()
      const headers = reply.getHeaders() as Record<string, string>
      // Nothing follows on this connection, so that it ends with the stream when the service closes.
      reply.raw.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        connection: 'close',
      })
      if (request.method === 'HEAD') reply.raw.end()
      else streamFindings(reply.raw, log, { source, minScore, lastId })
      streams.add(reply.raw)
      reply.raw.on('close', () => streams.delete(reply.raw))
      return undefined
    },
  }
}

function incidentRoutes({ incidents }: ServiceCore): Route[] {
  const answer = { description: 'A page of incidents, the one changed last first.', body: IncidentPageBody }
  return [
    {
      ...reading('incidents', '/v1/incidents', 'Incidents, a page at a time', answer, async ({ query }) =>
        incidents.page(query as z.infer<typeof IncidentsQuery>),
      ),
      query: IncidentsQuery,
    },
    {
      ...reading('incident', '/v1/incidents/:id', 'One incident', { body: IncidentBody }, async ({ params, query }) => {
        const { id } = params as z.infer<typeof IncidentPath>
        const incident = incidents.get(id, (query as z.infer<typeof LanguageQuery>).language)
        if (incident === undefined)
          throw new Problem(404, 'no-incident', 'there is no incident of that id, or no longer')
        return incident
      }),
      params: IncidentPath,
      query: LanguageQuery,
    },
  ]
}

function bundleRoute(core: ServiceCore): Route {
  return {
    method: 'POST',
    path: '/v1/bundle',
    name: 'postBundle',
    summary: 'Goes on with another bundle: lines sent before are judged by the old one, later ones by the new one',
    token: 'always',
    body: { types: ['application/json'], description: 'Which bundle; may be left out.', schema: BundleRequest },
    answers: { 200: { description: 'The bundle is in use.', body: BundleBody } },
    async handle(request): Promise<z.infer<typeof BundleBody>> {
      const name = bundleNameOf(request.body)
      try {
        const findings = await core.swap(name)
        return { bundle: core.detector.bundleHash, findings }
      } catch (error) {
        if (error instanceof ServiceError && error.code === 'bad-bundle-name') {
          throw new Problem(404, 'no-bundle', error.message)
        }
        core.surroundings.tell({ level: 'error', code: 'swap-failed', message: String(error) })
        throw new Problem(
          422,
          'bad-bundle',
          'the bundle cannot be used; the old one stays. The log of the service says why',
        )
      }
    },
  }
}

function bundleNameOf(body: unknown): string | undefined {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw new Problem(400, 'bad-json', 'the body is not JSON')
  }
  const parsed = BundleRequest.safeParse(value)
  if (parsed.success) return parsed.data.name
  throw new Problem(
    400,
    'bad-bundle-name',
    'expected {"name": …}, the name of a folder beside the bundle, without a path',
  )
}

function healthRoutes(core: ServiceCore): Route[] {
  return [
    openly('healthz', '/healthz', 'Whether the process lives', { body: HealthBody }, async () => ({ status: 'alive' })),
    openly('readyz', '/readyz', 'Whether lines are taken', { body: HealthBody }, async () => {
      const reason = core.unready()
      if (reason !== null) throw new Problem(503, 'not-ready', reason)
      return { status: 'ready' }
    }),
    reading('metrics', '/metrics', 'Metrics for Prometheus', { mediaType: 'text/plain' }, async (_request, reply) => {
      void reply.type('text/plain; version=0.0.4; charset=utf-8')
      return metricsText(core)
    }),
  ]
}

function pageRoute(path: string, name: string, summary: string, file: string, mediaType: string): Route {
  return {
    ...openly(name, path, summary, { mediaType }, async (_request, reply) => {
      const { text, headers } = pageFile(file)
      void reply.headers(headers).type(`${mediaType}; charset=utf-8`)
      return text
    }),
    isPage: true,
  }
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

function reading(
  name: string,
  path: string,
  summary: string,
  answer: Partial<AnswerDescription>,
  handle: Handler,
): Route {
  const answers = { 200: { description: summary, ...answer } }
  return { method: 'GET', path, name, summary, token: 'asked', answers, handle }
}

function openly(...parts: Parameters<typeof reading>): Route {
  return { ...reading(...parts), token: 'never' }
}

function listing(
  name: string,
  summary: string,
  body: z.ZodType,
  list: (part: z.infer<typeof ListQuery>) => unknown,
): Route {
  async function handle({ query }: FastifyRequest): Promise<unknown> {
    return list(query as z.infer<typeof ListQuery>)
  }
  return { ...reading(name, `/v1/${name}`, summary, { body }, handle), query: ListQuery }
}
