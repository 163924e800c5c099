/** So much a second, and so much at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** Clients that are remembered; the one seen longest ago is forgotten first. */
const MOST_CLIENTS = 10_000

/** Token buckets, one a client. */
export class RateLimit {
  readonly #rate: Rate
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /**
   * Takes from the bucket of a client.
   * @returns 0, or the seconds after which it is worth asking again
   */
  take(client: string, nowMs: number, amount = 1): number {
    const { perSecond, burst } = this.#rate
    const bucket = this.#bucket(client, nowMs)
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond)
    bucket.atMs = nowMs
    if (bucket.tokens < amount) return Math.max(1, Math.ceil((amount - bucket.tokens) / perSecond))
    bucket.tokens -= amount
    return 0
  }

  /** Seconds to wait before the next; 0 where there is one. Takes nothing. */
  waitOf(client: string, nowMs: number): number {
    const { perSecond, burst } = this.#rate
    const bucket = this.#buckets.get(client)
    if (bucket === undefined) return 0
    const tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond)
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond))
  }

  #bucket(client: string, nowMs: number): Bucket {
    const bucket = this.#buckets.get(client) ?? { tokens: this.#rate.burst, atMs: nowMs }
    this.#buckets.delete(client)
    this.#buckets.set(client, bucket)
    if (this.#buckets.size > MOST_CLIENTS) this.#buckets.delete(this.#buckets.keys().next().value!)
    return bucket
  }
}
