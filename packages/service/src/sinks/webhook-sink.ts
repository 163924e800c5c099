import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ServiceError } from '../errors.js'
import type { LoggedEvent } from '../flow/finding-log.js'
import { postJson } from './post-json.js'
import type { FindingSink } from './sink.js'

/** A webhook. */
export interface WebhookOptions {
  readonly url: string
  /** Key of the signature; without one nothing is signed. */
  readonly secret?: string
  readonly timeoutMs?: number
  /** The present, for the time in the signature. */
  readonly nowMs: () => number
}

/**
 * Findings as POST requests: `{"findings": […]}`, each with its incident. `x-sp-signature` is `t=<seconds>,v1=<hex>`,
 * HMAC-SHA256 of `<seconds>.<body>`; `idempotency-key` stays the same when the request is repeated.
 */
export class WebhookSink implements FindingSink {
  readonly name: string
  readonly #options: WebhookOptions

  /** A sink to an address. @throws {ServiceError} `bad-options` when it is none of http or https */
  constructor(options: WebhookOptions) {
    this.name = `webhook ${hostOf(options.url)}`
    this.#options = options
  }

  /** Posts findings. */
  async send(events: readonly LoggedEvent[], signal: AbortSignal): Promise<void> {
    const { url, secret, timeoutMs, nowMs } = this.#options
    const body = `{"findings":[${events.map(({ json }) => json).join(',')}]}`
    const ids = events.map(({ finding }) => finding.id).join(' ')
    const headers: Record<string, string> = { 'idempotency-key': createHash('sha256').update(ids).digest('hex') }
    if (secret !== undefined) headers['x-sp-signature'] = signatureOf(body, secret, Math.floor(nowMs() / 1000))
    await postJson(url, body, { headers, signal, timeoutMs })
  }

  /** Nothing is held open. */
  async close(): Promise<void> {}
}

/** The signature of a body: `t=<seconds>,v1=<hex>`. */
export function signatureOf(body: string, secret: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

/**
 * Whether a signature belongs to a body: what a receiver of the webhook asks first.
 * @param toleranceSeconds how old it may be
 */
export function isSignedBy(
  signature: string,
  body: string,
  { secret, nowMs, toleranceSeconds = 300 }: { secret: string; nowMs: number; toleranceSeconds?: number },
): boolean {
  const seconds = Number(/^t=(\d{1,12}),v1=[0-9a-f]{64}$/.exec(signature)?.[1] ?? NaN)
  if (!(Math.abs(nowMs / 1000 - seconds) <= toleranceSeconds)) return false
  return timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(body, secret, seconds)))
}

/** The host of an address, without what may be secret in it. */
export function hostOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url.host
  throw new ServiceError('bad-options', `${JSON.stringify(address)} is no http or https address`)
}
