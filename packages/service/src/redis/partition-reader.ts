import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { messageOf } from '../errors.js'
import type { LineJudge } from '../flow/line-judge.js'
import { quoted, type Surroundings } from '../surroundings.js'
import type { RedisConnection } from './redis-connection.js'
import { listOf, textOf } from './redis-connection.js'
import type { RedisKeys } from './redis-keys.js'
import { CLAIM, COMMIT, FORGET_GONE, READ, RELEASE, RENEW, STATES } from './redis-scripts.js'
import { entriesFrom, type StreamEntry } from './stream-entry.js'

/** How a partition is read. */
export interface PartitionOptions {
  readonly group: string
  readonly member: string
  /** A service that says nothing for so long loses its partitions. */
  readonly leaseMs: number
  /** Entries read at once. */
  readonly mostAtOnce: number
  /** States are saved, and the entries they cover acknowledged, this often. */
  readonly commitMs: number
  /** Entries that may be judged without being acknowledged; then states are saved at once. */
  readonly mostUncovered: number
  /** Entries that every group has behind it are removed. */
  readonly trims: boolean
}

/** What partitions are read with. */
export interface PartitionParts {
  readonly redis: RedisConnection
  readonly keys: RedisKeys
  readonly judge: LineJudge
  readonly surroundings: Surroundings
  /** Resolves when the findings so far are where they should be; whether they are. */
  readonly settled: () => Promise<void>
  readonly isSettled: () => boolean
  readonly onState: (refused: boolean) => void
}

const zip = promisify<Buffer, { level: number }, Buffer>(gzip)
const unzip = promisify<Buffer, Buffer>(gunzip)
const FEWEST_IDLE_MS = 5
const MOST_IDLE_MS = 200
const RETRY_MS = 200
/** Saving takes at most one part in so many of the time: states of many sources are megabytes. */
const COMMIT_SHARE = 10

/**
 * Reads one partition while its lease is held: restores the states of its sources, judges again what was delivered to
 * whoever had it before and not acknowledged, then what is new. Entries are acknowledged in the same step that saves
 * the states that cover them, so that state and stream cannot part, whatever moment the process dies in.
 */
export class PartitionReader {
  readonly #parts: PartitionParts
  readonly #options: PartitionOptions
  readonly #stream: string
  readonly #lease: string
  readonly #state: string
  /** Sources with a state, here or in Redis. */
  readonly #sources = new Set<string>()
  readonly #touched = new Set<string>()
  #uncovered: string[] = []
  #isLost = false
  #isStopping = false
  #lastCommitMs = 0
  #commitTookMs = 0
  readonly #running: Promise<void>
  #wake: () => void = () => {}

  /** Begins to read; the lease is held already. */
  constructor(
    readonly partition: number,
    parts: PartitionParts,
    options: PartitionOptions,
  ) {
    this.#parts = parts
    this.#options = options
    const { keys } = parts
    this.#stream = keys.lines(partition)
    this.#lease = keys.lease(partition)
    this.#state = keys.state(partition)
    this.#running = this.#run()
  }

  /** Whether the lease went to another. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Entries that were judged and are not covered by a saved state yet. */
  get uncovered(): number {
    return this.#uncovered.length
  }

  /** All states are to be saved: they belong to another bundle now. */
  touchAll(): void {
    for (const source of this.#sources) this.#touched.add(source)
  }

  /** A source was ended here: its state is to be removed. */
  ended(source: string): void {
    if (this.#sources.has(source)) this.#touched.add(source)
  }

  /** Keeps the lease. */
  async renew(): Promise<void> {
    const { member, leaseMs } = this.#options
    if ((await this.#parts.redis.script(RENEW, [this.#lease], [member, leaseMs])) === 0) this.#isLost = true
  }

  /** Stops to read, saves, and lets the partition go. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#running
    if (!this.#isLost) {
      await this.#retried(() => this.#commit())
      await this.#parts.redis.script(RELEASE, [this.#lease], [this.#options.member]).catch(() => {})
    }
    await this.#dropAll()
  }

  /** From saved states on, again whenever it is not known any more what was delivered. */
  async #run(): Promise<void> {
    while (this.#isGoing) {
      await this.#retried(() => this.#restore())
      await this.#retried(() => this.#claim())
      await this.#retried(() => this.#parts.redis.script(FORGET_GONE, ...this.#asOwner([this.#options.group])))
      this.#lastCommitMs = this.#parts.surroundings.nowMs()
      try {
        await this.#readOn()
      } catch (error) {
        // The answer may have got lost after entries were delivered: they are pending now, and come by claiming.
        this.#tellRetry(error)
        await this.#dropAll()
        await this.#pause(RETRY_MS)
      }
    }
    if (this.#isLost && !this.#isStopping) await this.#dropAll()
  }

  async #readOn(): Promise<void> {
    for (let idleMs = FEWEST_IDLE_MS; this.#isGoing;) {
      const entries = await this.#read()
      if (entries.length > 0) await this.#judge(entries)
      if (this.#isDue && this.#isGoing) await this.#retried(() => this.#commit())
      if (entries.length === 0 && this.#isGoing) await this.#pause(idleMs)
      idleMs = entries.length > 0 ? FEWEST_IDLE_MS : Math.min(idleMs * 2, MOST_IDLE_MS)
    }
  }

  /** Keys and first word of a script that asks for the lease. */
  #asOwner(words: readonly string[]): [string[], string[]] {
    return [
      [this.#lease, this.#stream],
      [this.#options.member, ...words],
    ]
  }

  get #isGoing(): boolean {
    return !this.#isLost && !this.#isStopping
  }

  get #isDue(): boolean {
    if (this.#uncovered.length === 0 && this.#touched.size === 0) return false
    const { commitMs, mostUncovered } = this.#options
    if (this.#uncovered.length >= mostUncovered) return true
    // A sink that does not answer holds nothing up until too much is uncovered.
    const pauseMs = Math.max(commitMs, COMMIT_SHARE * this.#commitTookMs)
    return this.#parts.isSettled() && this.#parts.surroundings.nowMs() - this.#lastCommitMs >= pauseMs
  }

  /** The states of all sources of the partition. One of another bundle is let go: its source begins anew. */
  async #restore(): Promise<void> {
    const { redis, judge, surroundings, onState } = this.#parts
    const pairs = listOf(await redis.script(STATES, [this.#state], []))
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const source = textOf(pairs[i])
      this.#sources.add(source)
      judge.keepElsewhere(source)
      try {
        const text = (await unzip(pairs[i + 1] as Buffer)).toString('utf8')
        await judge.restore({ snapshot: JSON.parse(text), position: undefined })
        onState(false)
      } catch (error) {
        onState(true)
        const message = `${quoted(source)} begins anew: ${messageOf(error)}`
        surroundings.tell({ level: 'warn', code: 'state-refused', message })
      }
    }
  }

  /** Judges what was delivered before and not acknowledged: in the order of the stream, before anything new. */
  async #claim(): Promise<void> {
    const { group, member, leaseMs, mostAtOnce } = this.#options
    for (let from = '0-0'; this.#isGoing;) {
      const words = [member, leaseMs, group, mostAtOnce, from]
      const reply = await this.#parts.redis.script(CLAIM, [this.#lease, this.#stream], words)
      if (reply === null) {
        this.#isLost = true
        return
      }
      const [next, entries] = listOf(reply)
      await this.#judge(entriesFrom(entries ?? null, this.#nameless))
      from = textOf(next)
      if (from === '0-0') return
    }
  }

  async #read(): Promise<StreamEntry[]> {
    const { group, member, leaseMs, mostAtOnce } = this.#options
    const words = [member, leaseMs, group, mostAtOnce]
    const reply = await this.#parts.redis.script(READ, [this.#lease, this.#stream], words)
    if (reply === null) this.#isLost = true
    return entriesFrom(reply, this.#nameless)
  }

  get #nameless(): string {
    return `redis:${this.partition}`
  }

  /** Judges entries, those of each source together and in order. */
  async #judge(entries: readonly StreamEntry[]): Promise<void> {
    const { judge } = this.#parts
    const bySource = new Map<string, Buffer[]>()
    for (const { id, source, bytes } of entries) {
      this.#uncovered.push(id)
      if (bytes.length === 0) continue
      const pieces = bySource.get(source)
      if (pieces) pieces.push(bytes)
      else bySource.set(source, [bytes])
    }
    const pushes = [...bySource].map(async ([source, pieces]) => {
      this.#sources.add(source)
      this.#touched.add(source)
      // Lines that the detector cannot judge would come again for ever; they are told and counted there.
      judge.keepElsewhere(source)
      await judge.push({ source, bytes: Buffer.concat(pieces) }).catch(() => {})
    })
    await Promise.all(pushes)
  }

  /** Saves the states that have changed, and acknowledges what they cover. */
  async #commit(): Promise<void> {
    const { redis, keys, judge, settled, surroundings } = this.#parts
    const { member, group, trims } = this.#options
    const ids = this.#uncovered
    const sources = [...this.#touched]
    const startMs = surroundings.nowMs()
    // What was found has to be where it should be before its lines are let go.
    await settled()
    const last = ids.at(-1) ?? ''
    const words: (string | Buffer | number)[] = [
      member,
      group,
      trims ? '1' : '0',
      last,
      keys.seen(''),
      ids.length,
      ...ids,
    ]
    for (const source of sources) {
      const kept = await judge.snapshot(source)
      if (kept === null) this.#sources.delete(source)
      const text = kept === null ? '' : JSON.stringify(kept.snapshot)
      words.push(source, text === '' ? '' : await zip(Buffer.from(text), { level: constants.Z_BEST_SPEED }))
    }
    const done = await redis.script(COMMIT, [this.#lease, this.#state, this.#stream], words)
    this.#lastCommitMs = surroundings.nowMs()
    this.#commitTookMs = this.#lastCommitMs - startMs
    if (done === 0) {
      this.#isLost = true
      return
    }
    this.#uncovered = this.#uncovered.slice(ids.length)
    for (const source of sources) this.#touched.delete(source)
  }

  /** Lets go of all states: whoever has the partition now goes on with what was saved. */
  async #dropAll(): Promise<void> {
    await Promise.all([...this.#sources].map((source) => this.#parts.judge.drop(source)))
    this.#sources.clear()
    this.#touched.clear()
    this.#uncovered = []
  }

  #tellRetry(error: unknown): void {
    const message = `partition ${this.partition}: ${messageOf(error)}`
    this.#parts.surroundings.tell({ level: 'warn', code: 'redis-retry', message })
  }

  /** Tries again while Redis does not answer; gives up when the lease is lost or the reader is stopped. */
  async #retried<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let tries = 0; !this.#isLost; tries++) {
      try {
        return await work()
      } catch (error) {
        if (this.#isStopping && tries >= 3) return undefined
        if (tries === 0) this.#tellRetry(error)
        await this.#pause(RETRY_MS)
      }
    }
    return undefined
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
