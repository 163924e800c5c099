import type { Finding } from '@sp/log-table'
import type { SourceSnapshot, StreamingDetector } from '@sp/pipeline'
import { messageOf } from '../errors.js'
import { quoted, type Surroundings } from '../surroundings.js'
import type { Activity } from './activity.js'
import { countLines, type Intake, type Judged, type LineBatch } from './line-batch.js'
import { type LaneLimits, LineLanes } from './line-lanes.js'
import type { ServiceCounters } from './service-counters.js'

/** What a source needs to go on elsewhere: its state, and where reading stood at that moment. */
export interface KeptSource {
  readonly snapshot: SourceSnapshot
  readonly position: unknown
}

/** How sources are judged. */
export interface JudgeOptions extends LaneLimits {
  /** Sources with a state at a time; beyond it the one that has been quiet longest is ended. */
  readonly mostSources: number
  /** A record under way is taken as whole when its source has been quiet for so long. */
  readonly flushAfterMs: number
  /** A source is ended when it has been quiet for so long. */
  readonly endAfterMs: number
}

/** Where the judge gives what it finds, and what it counts. */
export interface JudgeParts {
  readonly detector: StreamingDetector
  readonly deliver: (findings: readonly Finding[]) => Promise<void>
  /** A source has lost its state: its findings may come with the same ids again, and mean something else. */
  readonly forget: (source: string) => void
  readonly counters: ServiceCounters
  readonly activity: Activity
  readonly surroundings: Surroundings
}

interface KnownSource {
  lastMs: number
  position: unknown
  /** Something was pushed since the last save. */
  isDirty: boolean
  /** A record may be under way. */
  isOpen: boolean
}

/** Quiet sources that are flushed at a time: lines that come meanwhile shall not wait behind all of a second. */
const SWEPT_AT_A_TIME = 4

/**
 * Gives lines to the detector, source by source, and what is found to those who wait for it. Holds the sources within
 * their number: the one that has been quiet longest is ended when another comes.
 */
export class LineJudge implements Intake {
  readonly #parts: JudgeParts
  readonly #options: JudgeOptions
  readonly #lanes: LineLanes
  /** The one pushed to longest ago first. */
  readonly #sources = new Map<string, KnownSource>()
  readonly #saved = new Map<string, unknown>()
  /** Sources whose state is kept by whoever reads them. */
  readonly #elsewhere = new Set<string>()
  /** Sources that are being ended to make room. */
  readonly #leaving = new Set<string>()

  constructor(parts: JudgeParts, options: JudgeOptions) {
    this.#parts = parts
    this.#options = options
    this.#lanes = new LineLanes((source, bytes, position) => this.#judge(source, bytes, position), options)
  }

  /** Bytes that wait or are being judged, and callers that wait for room. */
  get queue(): { readonly bytes: number; readonly sources: number; readonly waiting: number } {
    return { bytes: this.#lanes.bytes, sources: this.#lanes.busySources, waiting: this.#lanes.waiting }
  }

  /** Sources with a state. */
  get sourceCount(): number {
    return this.#sources.size
  }

  /** Names of the sources with a state, the one pushed to longest ago first. */
  sources(): string[] {
    return [...this.#sources.keys()]
  }

  /** When a source was pushed to last, in milliseconds since 1970. */
  lastMs(source: string): number | undefined {
    return this.#sources.get(source)?.lastMs
  }

  /** Judges lines, and waits for room where there is none. */
  async push(batch: LineBatch): Promise<Judged> {
    return { findings: await this.#lanes.push(batch.source, batch.bytes, batch.position) }
  }

  /** Whether so many bytes would be taken at once. */
  hasRoom(bytes: number): boolean {
    return this.#lanes.hasRoom(bytes)
  }

  /** The position that was restored or pushed last. */
  positionOf(source: string): unknown {
    return this.#sources.get(source)?.position ?? this.#saved.get(source)
  }

  /** Judges what is open of a source and lets its state go. */
  end(source: string): Promise<void> {
    return this.#lanes.exclusive(source, () => this.#endNow(source))
  }

  /** Lets the state of a source go without judging what is open: somebody else goes on with it. */
  drop(source: string): Promise<void> {
    return this.#lanes.exclusive(source, async () => {
      this.#sources.delete(source)
      this.#elsewhere.delete(source)
      await this.#parts.detector.end(source)
      this.#parts.forget(source)
    })
  }

  /** Work while no line of the source is judged. */
  exclusive<T>(source: string, work: () => Promise<T>): Promise<T> {
    return this.#lanes.exclusive(source, work)
  }

  /**
   * The state of a source with its position, from one moment; `null` where it has none.
   * @param kept whether it counts as saved from now on
   */
  snapshot(source: string, kept = true): Promise<KeptSource | null> {
    return this.#lanes.exclusive(source, async () => {
      const known = this.#sources.get(source)
      if (known === undefined) return null
      const { position } = known
      const snapshot = await this.#parts.detector.snapshot(source)
      if (kept) known.isDirty = false
      return snapshot === null ? null : { snapshot, position }
    })
  }

  /** Goes on with the state of a source. @throws when it belongs to another bundle or version */
  restore({ snapshot, position }: KeptSource): Promise<void> {
    const { source } = snapshot
    return this.#lanes.exclusive(source, async () => {
      await this.#parts.detector.restore(snapshot)
      const lastMs = this.#parts.surroundings.nowMs()
      this.#sources.set(source, { lastMs, position, isDirty: false, isOpen: true })
    })
  }

  /** Remembers where reading stood though the state is lost. */
  restorePosition(source: string, position: unknown): void {
    this.#saved.set(source, position)
  }

  /** Says that somebody else keeps the state of a source. */
  keepElsewhere(source: string): void {
    this.#elsewhere.add(source)
  }

  /** Sources whose state is to be kept here and has changed since it was. */
  dirtySources(): string[] {
    return [...this.#sources].flatMap(([name, known]) => (known.isDirty && !this.#elsewhere.has(name) ? [name] : []))
  }

  /** All states have changed: they belong to another bundle now. */
  markAllDirty(): void {
    for (const known of this.#sources.values()) known.isDirty = true
  }

  /** Flushes and ends what has been quiet long enough. To be called every second or so. */
  async sweep(): Promise<void> {
    const now = this.#parts.surroundings.nowMs()
    const { flushAfterMs, endAfterMs } = this.#options
    const quiet = this.#sources.entries()
    const sweeper = async () => {
      for (const [source, known] of quiet) {
        const quietMs = now - known.lastMs
        if (quietMs < flushAfterMs) return
        if (quietMs >= endAfterMs) await this.end(source)
        else if (known.isOpen) await this.#flush(source, known)
      }
    }
    await Promise.all(Array.from({ length: SWEPT_AT_A_TIME }, sweeper))
  }

  #flush(source: string, known: KnownSource): Promise<void> {
    known.isOpen = false
    return this.#lanes.exclusive(source, async () => {
      if (this.#sources.get(source) !== known) return
      known.isDirty = true
      await this.#parts.deliver(await this.#parts.detector.flush(source))
    })
  }

  async #judge(source: string, bytes: Uint8Array, position: unknown): Promise<number> {
    const { detector, deliver, counters, activity, surroundings } = this.#parts
    const known = await this.#enter(source)
    const startMs = surroundings.nowMs()
    known.isDirty = true
    known.isOpen = true
    if (position !== undefined) known.position = position
    let findings: readonly Finding[]
    try {
      findings = await detector.push(bytes, { source, nowMs: startMs })
    } catch (error) {
      counters.failedPushes++
      const message = `lines of ${quoted(source)} could not be judged: ${messageOf(error)}`
      surroundings.tell({ level: 'error', code: 'judging-failed', message })
      throw error
    }
    const lines = countLines(bytes)
    counters.judged(lines, bytes.length, surroundings.nowMs() - startMs)
    activity.add(source, startMs, lines, findings)
    await deliver(findings)
    return findings.length
  }

  /** The source as the one pushed to last, after room was made for it. */
  async #enter(source: string): Promise<KnownSource> {
    const known = this.#sources.get(source) ?? {
      lastMs: 0,
      position: this.#saved.get(source),
      isDirty: true,
      isOpen: true,
    }
    this.#saved.delete(source)
    this.#sources.delete(source)
    this.#sources.set(source, known)
    known.lastMs = this.#parts.surroundings.nowMs()
    await this.#evict()
    return known
  }

  /** Ends the quietest sources beyond the number. One that has lines waiting is not the quietest for long. */
  async #evict(): Promise<void> {
    const tooMany = this.#sources.size - this.#options.mostSources - this.#leaving.size
    if (tooMany <= 0) return
    const quietest = [...this.#sources.keys()].filter((name) => !this.#leaving.has(name)).slice(0, tooMany)
    for (const name of quietest) {
      this.#leaving.add(name)
      // Not awaited: its lane may be waiting behind this one. The number is exceeded only while it ends.
      void this.end(name).finally(() => this.#leaving.delete(name))
      this.#parts.counters.evictedSources++
    }
  }

  async #endNow(source: string): Promise<void> {
    const { detector, deliver, forget, activity, surroundings } = this.#parts
    if (!this.#sources.delete(source)) return
    try {
      await deliver(await detector.end(source))
    } catch (error) {
      const message = `what was open of ${quoted(source)} could not be judged: ${messageOf(error)}`
      surroundings.tell({ level: 'error', code: 'ending-failed', message })
    }
    forget(source)
    activity.forget(source)
  }
}
