import { SinkBusy, SinkRefusal } from './sink.js'

/** How a request is made. */
export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Default 10 seconds. */
  readonly timeoutMs?: number
}

/** Answers that mean "again later" though they begin with 4. */
const LATER = new Set([408, 425, 429])

/**
 * Posts JSON. Redirects are not followed: the address was given by whoever runs the service, not by the receiver.
 * @returns the answer, at most 64 KiB of it
 * @throws {SinkRefusal} on answers 3xx and 4xx; {SinkBusy} where the receiver says when to come back
 */
export async function postJson(
  url: string,
  body: string,
  { headers, signal, timeoutMs = 10_000 }: PostOptions,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  })
  const text = await beginningOf(response)
  if (response.ok) return text
  const said = `${new URL(url).host} answered ${response.status}`
  if (response.status < 500 && !LATER.has(response.status)) throw new SinkRefusal(said)
  const after = Number(response.headers.get('retry-after') ?? NaN)
  throw after > 0 ? new SinkBusy(said, after * 1000) : new Error(said)
}

async function beginningOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > 65_536) break
  }
  return text
}
