import { type RecordBatch, RecordFeed, type ReadOptions } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'
import { maskedBatch, newDictionaries } from '../parse-log.js'
import { addStats, batchStats, NO_STATS } from './detector-stats.js'
import type { DetectorStats } from './detector-types.js'
import type { LoadedBundle } from './loaded-bundle.js'
import { SourceDetector, type SourceDetectorSnapshot } from './source-detector.js'
import type { SourceState } from './source-state.js'

/** How records are read where a source does not show it by itself. */
export type SourceReading = Pick<ReadOptions, 'format' | 'year' | 'bootTimeMs' | 'multiline'>

/** How a source begins, or goes on. */
export interface PushedSourceOptions {
  readonly reading?: SourceReading
  /** The present, in milliseconds since 1970, to infer missing years from. */
  readonly nowMs?: number
  readonly state?: SourceState
}

/** Distinct hosts or processes of a source from which on names are learned anew: they only save memory. */
const MOST_NAMES = 65_536

/** A source whose lines come little by little: its reading, its judging, and what was seen of it. */
export class PushedSource {
  #loaded: LoadedBundle
  readonly #source: string
  readonly #reading: SourceReading | undefined
  #feed: RecordFeed
  #detector: SourceDetector
  #stats: DetectorStats
  #dictionaries = newDictionaries()

  /** A source before its first line or, with a state of the same bundle, where that was taken. */
  constructor(loaded: LoadedBundle, source: string, { reading, nowMs, state }: PushedSourceOptions = {}) {
    this.#loaded = loaded
    this.#source = source
    this.#reading = reading
    const options = { ...this.#feedOptions(), nowMs }
    this.#feed = state?.feed ? RecordFeed.restore(state.feed, options) : RecordFeed.open(source, options)
    this.#detector = new SourceDetector(
      loaded,
      source,
      (state?.state ?? undefined) as SourceDetectorSnapshot | undefined,
    )
    this.#stats = state?.stats ?? { ...NO_STATS, sources: 1 }
  }

  /** What was seen of it. */
  get stats(): DetectorStats {
    return this.#stats
  }

  /** What it goes on with elsewhere. */
  get state(): SourceState {
    return { feed: this.#feed.snapshot(), stats: this.#stats, state: this.#detector.snapshot() }
  }

  /** Judges the records that bytes complete. */
  async push(bytes: Uint8Array): Promise<readonly Finding[]> {
    return this.#take(await this.#feed.push(bytes))
  }

  /** Takes the record under way as it is. */
  flush(): Promise<readonly Finding[]> {
    return this.#take(this.#feed.endRecord())
  }

  /** Takes what is left, and judges what is open. */
  async end(): Promise<readonly Finding[]> {
    const findings = await this.#take(await this.#feed.flush())
    return [...findings, ...this.#endJudging()]
  }

  /** Judges what is open. @returns it, and the state from which reading goes on with whichever bundle */
  endJudging(): { readonly findings: readonly Finding[]; readonly state: SourceState } {
    const findings = this.#endJudging()
    return { findings, state: { feed: this.#feed.snapshot(), stats: this.#stats, state: null } }
  }

  /** Judges what is open; from here on by another bundle, also the record under way, which stays with the feed. */
  swap(next: LoadedBundle): readonly Finding[] {
    const findings = this.#endJudging()
    this.#loaded = next
    this.#detector = new SourceDetector(next, this.#source)
    return findings
  }

  async #take(batches: readonly RecordBatch[]): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    for (const batch of batches) {
      const judged = await this.#detector.take(maskedBatch(batch, this.#loaded.bundle.masker))
      this.#stats = addStats(this.#stats, batchStats(judged, this.#detector))
      findings.push(...judged.findings)
    }
    const { lines, bytes } = this.#feed.summary
    this.#stats = { ...this.#stats, lines, bytes }
    const { host, process } = this.#dictionaries
    if (host.values.length + process.values.length > MOST_NAMES) this.#renewNames()
    return findings
  }

  #endJudging(): readonly Finding[] {
    const last = this.#detector.end()
    this.#stats = addStats(this.#stats, batchStats(last, this.#detector))
    return last.findings
  }

  #renewNames(): void {
    this.#dictionaries = newDictionaries()
    this.#feed = RecordFeed.restore(this.#feed.snapshot(), this.#feedOptions())
  }

  #feedOptions() {
    return { ...this.#reading, layouts: this.#loaded.bundle.layouts, dictionaries: this.#dictionaries }
  }
}
