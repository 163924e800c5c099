import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService, type Service, type ServiceEvent, type ServiceOptions, type Surroundings } from '../src/index.js'
import { FakeDetector } from './fake-detector.js'

/** Surroundings that keep what they are told. */
export interface Remembering extends Surroundings {
  readonly events: ServiceEvent[]
}

export function surroundings(): Remembering {
  const events: ServiceEvent[] = []
  return {
    nowMs: () => Date.now(),
    memoryBytes: () => process.memoryUsage().rss,
    tell: (event) => events.push(event),
    events,
  }
}

export interface Started {
  readonly service: Service
  readonly detector: FakeDetector
  readonly events: ServiceEvent[]
  readonly url: string
}

/** A service on a free port with a fake detector. */
export async function started(options: Partial<ServiceOptions> = {}): Promise<Started> {
  const around = surroundings()
  const detector = (options.detector as FakeDetector | undefined) ?? new FakeDetector()
  const service = await startService({
    surroundings: around,
    ...options,
    detector,
    http: { port: 0, ...options.http },
  })
  return { service, detector, events: around.events, url: service.url }
}

/** Does something with a service and closes it whatever comes of it. */
export async function withService<T>(
  options: Partial<ServiceOptions>,
  work: (running: Started) => Promise<T>,
): Promise<T> {
  const running = await started(options)
  try {
    return await work(running)
  } finally {
    await running.service.close()
  }
}

/** An empty folder that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sp-service-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks until something is so; a test that waits for nothing fails. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, mostMs = 10_000): Promise<void> {
  for (const end = Date.now() + mostMs; Date.now() < end;) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`waited in vain: ${what}`)
}

/** So many lines with a strange one at a place. */
export function linesWith(count: number, strangeAt: number, strange = 'STRANGE disk 7 failed'): string {
  return Array.from({ length: count }, (_, i) => (i === strangeAt ? strange : `line ${i} all is well`) + '\n').join('')
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** One request with full control over its headers. */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Posts text. */
export function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(url, { method: 'POST', body, headers: { 'content-type': 'text/plain', ...headers } })
}
