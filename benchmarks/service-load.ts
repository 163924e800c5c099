// Sends lines over HTTP as fast as they are taken, from a few connections, and measures.
import { Agent, request } from 'node:http'
import { linesOfServer } from './service-lines.js'

/** What is sent. */
export interface Load {
  readonly url: string
  readonly seconds: number
  readonly connections: number
  readonly sources: number
  readonly linesPerBatch: number
  /** Called every few seconds. */
  readonly onSample: (secondsSoFar: number) => Promise<void>
}

/** What was measured. */
export interface LoadResult {
  readonly lines: number
  readonly seconds: number
  readonly refused: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly worstMs: number
}

const SAMPLE_MS = 5000

/**
 * Sends batches, each of another source than the one before and each going on with its source, until the time is up.
 * Every request is waited for. Lines are made in between: the clock of a request does not run, that of all does.
 */
export async function sendLoad({
  url,
  seconds,
  connections,
  sources,
  linesPerBatch,
  onSample,
}: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let [sent, refused] = [0, 0]
  const start = performance.now()
  const end = start + seconds * 1000

  async function sender(): Promise<void> {
    while (performance.now() < end) {
      const number = sent++
      const batch = batchOf(number, { sources, lines: linesPerBatch })
      const before = performance.now()
      const status = await post(agent, `${url}/v1/lines?source=host-${number % sources}`, batch)
      if (status === 200) latencies.push(performance.now() - before)
      else refused++
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  async function sampler(): Promise<void> {
    for (let at = SAMPLE_MS; at < seconds * 1000; at += SAMPLE_MS) {
      await new Promise((resolve) => setTimeout(resolve, start + at - performance.now()))
      await onSample(at / 1000)
    }
  }
  await Promise.all([...Array.from({ length: connections }, sender), sampler()])
  const tookSeconds = (performance.now() - start) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  function quantile(share: number): number {
    return latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))]
  }
  const lines = latencies.length * linesPerBatch
  return { lines, seconds: tookSeconds, refused, p50Ms: quantile(0.5), p99Ms: quantile(0.99), worstMs: quantile(1) }
}

/** The batch of a number: sources by turns, each goes on where its last batch ended. */
export function batchOf(number: number, { sources, lines }: { sources: number; lines: number }): Buffer {
  const from = Math.floor(number / sources) * lines
  return Buffer.from(linesOfServer(number % sources, { from, count: lines }))
}

function post(agent: Agent, url: string, body: Buffer): Promise<number> {
  const headers = { 'content-type': 'text/plain', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode!))
    })
    sending.on('error', reject)
    sending.end(body)
  })
}
