import type { Engine } from '@sp/engine'
import type { ReadSummary, Source } from '@sp/log-reader'
import type { Finding } from '@sp/log-table'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { PipelineError } from '../errors.js'
import { type LogSegment, maskedRows, newDictionaries, segmentOf, totalBytes } from '../parse-log.js'
import { ParseThreads } from '../parse-threads.js'
import type { RunControl } from '../progress.js'
import type { DetectorStats, PushOptions, SourceSnapshot, StreamingDetector } from './detector-types.js'
import { addStats, batchStats, NO_STATS } from './detector-stats.js'
import { disposeNetworks, type LoadedBundle, loadNetworks } from './loaded-bundle.js'
import { PushedSource, type SourceReading } from './pushed-source.js'
import { type EndedJudging, packState, snapshotOf, type SourceState, unpackState } from './source-state.js'
import { SourceTurns } from './source-turns.js'
import { type JudgedBatch, SourceDetector, type SourceOptions } from './source-detector.js'

/** How a detector is opened. */
export interface DetectorOptions {
  /** Runs the networks; default onnxruntime. */
  readonly engine?: Engine
  /** How records are read where a source does not show it by itself. */
  readonly reading?: SourceReading
}

/** How whole logs are judged. */
export interface ScanOptions extends RunControl, SourceOptions {
  /** Threads that read and mask large plain files, default 1: the calling one; see `parseLog`. */
  readonly workers?: number
  /** Told of each batch of a source: for those who write tables. Awaited, so that it can hold the scan up. */
  readonly onBatch?: (source: string, batch: JudgedBatch, detector: SourceDetector) => Promise<void> | void
  /** Told of each source when it has ended. */
  readonly onSource?: (summary: ReadSummary) => void
}

/** What the segments of one scan share. */
interface Scanning {
  readonly options: ScanOptions
  readonly dictionaries: ReturnType<typeof newDictionaries>
  readonly threads: ParseThreads
  readonly progress: { before: number; readonly total: number | null; records: number }
}

const STDIN = '-'

/**
 * A bundle at work: finds what is strange in logs, whole ones (`scan`) or lines while they come (`push`), by the same
 * code and with the same findings. Sources are judged each by itself; the bundle is never changed. Memory: the state of
 * each source, some 100 KB to a few MB, however long it is.
 *
 * @example
 * const detector = await Detector.open('bundles/web')
 * for await (const finding of detector.scan(await openSources(['today.log']))) console.log(finding.lines[0].text)
 * const findings = await detector.push(['Jan  1 00:00:00 web sshd[1]: error: something new'])
 */
export class Detector implements StreamingDetector {
  #loaded: LoadedBundle
  readonly #options: DetectorOptions
  /** The one pushed to longest ago first. */
  readonly #sources = new Map<string, PushedSource>()
  /** Of sources that have ended. */
  #ended: DetectorStats = NO_STATS
  #prepared: { readonly path: string; readonly loaded: LoadedBundle } | null = null
  readonly #turns = new SourceTurns()

  private constructor(loaded: LoadedBundle, options: DetectorOptions) {
    this.#loaded = loaded
    this.#options = options
  }

  /**
   * A detector with a bundle, given or by its path.
   * @throws {PipelineError} `bad-bundle`
   */
  static async open(bundle: Bundle | string, options: DetectorOptions = {}): Promise<Detector> {
    const opened = typeof bundle === 'string' ? await loadBundle(bundle) : bundle
    return new Detector(await loadNetworks(opened, options.engine), options)
  }

  /** Hash of the bundle in use. */
  get bundleHash(): string {
    return this.#loaded.bundle.manifest.hash
  }

  /** The bundle in use. */
  get bundle(): Bundle {
    return this.#loaded.bundle
  }

  /**
   * Judges whole logs, or some of their lines, one after the other.
   * @throws {LogReaderError} what reading them throws
   */
  async *scan(
    logs: readonly (Source | LogSegment)[],
    options: ScanOptions = {},
  ): AsyncGenerator<Finding, void, undefined> {
    const segments = logs.map(segmentOf)
    const progress = { before: 0, total: totalBytes(segments), records: 0 }
    const dictionaries = newDictionaries()
    const threads = new ParseThreads(options.workers ?? 1, this.#loaded.bundle.masker.options)
    try {
      for (const segment of segments) {
        yield* this.#scanSegment(segment, { options, dictionaries, threads, progress })
        progress.before += segment.source.sizeBytes ?? segment.source.bytesRead
      }
    } finally {
      await threads.close()
    }
  }

  async *#scanSegment(
    segment: LogSegment,
    { options, dictionaries, threads, progress }: Scanning,
  ): AsyncGenerator<Finding, void, undefined> {
    const { signal, onBatch, onSource, onProgress } = options
    const { source } = segment
    const detector = new SourceDetector(this.#loaded, source.name, undefined, options)
    const { masker } = this.#loaded.bundle
    const reading = { masker, reading: this.#options.reading, dictionaries, signal }
    const { rows, summary } = await maskedRows(segment, reading, threads)
    let seen: DetectorStats = { ...NO_STATS, sources: 1 }
    for await (const batch of rows) {
      signal?.throwIfAborted()
      const judged = await detector.take(batch)
      seen = addStats(seen, batchStats(judged, detector))
      await onBatch?.(source.name, judged, detector)
      yield* judged.findings
      progress.records += batch.rowCount
      const done = progress.before + Math.max(source.bytesRead, summary.bytes)
      onProgress?.({ step: 'judging', done, total: progress.total, unit: 'bytes', records: progress.records })
    }
    const last = detector.end()
    await onBatch?.(source.name, last, detector)
    yield* last.findings
    onSource?.(summary)
    const { lines, bytes } = summary
    this.#ended = addStats(this.#ended, addStats({ ...seen, lines, bytes }, batchStats(last, detector)))
  }

  /** See {@link StreamingDetector.push}. */
  push(lines: string | readonly string[] | Uint8Array, options: PushOptions = {}): Promise<readonly Finding[]> {
    const { source = STDIN, nowMs } = options
    return this.#turns.of(source, async () => {
      return this.#touch(source, nowMs).push(bytesOf(lines))
    })
  }

  /** See {@link StreamingDetector.flush}. */
  flush(source?: string): Promise<readonly Finding[]> {
    return this.#ofSources(source, (open) => open.flush())
  }

  /** See {@link StreamingDetector.end}. */
  end(source?: string): Promise<readonly Finding[]> {
    return this.#ofSources(source, async (open, name) => {
      const findings = await open.end()
      this.#ended = addStats(this.#ended, open.stats)
      this.#sources.delete(name)
      return findings
    })
  }

  /** See {@link StreamingDetector.sources}. */
  sources(): readonly string[] {
    return [...this.#sources.keys()]
  }

  /** See {@link StreamingDetector.stats}. */
  stats(source?: string): DetectorStats {
    if (source !== undefined) return this.#sources.get(source)?.stats ?? NO_STATS
    return [...this.#sources.values()].reduce((sum, { stats }) => addStats(sum, stats), this.#ended)
  }

  /** What was seen of sources that have ended. */
  get ended(): DetectorStats {
    return this.#ended
  }

  /** See {@link StreamingDetector.snapshot}. */
  snapshot(source: string): Promise<SourceSnapshot | null> {
    return this.#turns.of(source, async () => {
      const open = this.#sources.get(source)
      return open === undefined ? null : snapshotOf(source, this.bundleHash, open.state)
    })
  }

  /** See {@link StreamingDetector.restore}. */
  restore(snapshot: SourceSnapshot): Promise<void> {
    return this.#turns.of(snapshot.source, async () => {
      const { format, version, bundle, source } = snapshot
      if (format !== 'sp-source-state' || version !== 1 || bundle !== this.bundleHash) {
        const seen = `state of ${format} version ${version}, bundle ${String(bundle).slice(0, 12)}…`
        throw new PipelineError(
          'bad-state',
          `${seen}; expected sp-source-state version 1 of bundle ${this.bundleHash.slice(0, 12)}…: begin the source anew`,
        )
      }
      this.#goOn(source, snapshot)
    })
  }

  /** Lets go of a source without judging what is open. @returns its state, packed; `null` where it has none */
  letGo(source: string): Promise<Uint8Array | null> {
    return this.#turns.of(source, async () => {
      const open = this.#sources.get(source)
      this.#sources.delete(source)
      return open === undefined ? null : packState(open.state)
    })
  }

  /** Goes on with a source that a detector of the same bundle has let go of. */
  takeOver(source: string, packed: Uint8Array): Promise<void> {
    return this.#turns.of(source, async () => this.#goOn(source, unpackState(packed)))
  }

  /** Judges what of a source is open and lets go of it: its reading can go on with whichever bundle. */
  endJudging(source: string): Promise<EndedJudging | null> {
    return this.#turns.of(source, async () => {
      const open = this.#sources.get(source)
      if (open === undefined) return null
      this.#sources.delete(source)
      const { findings, state } = open.endJudging()
      return { findings, stats: state.stats, packed: packState(state) }
    })
  }

  /** Figures of each source that has a state. */
  openStats(): ReadonlyMap<string, DetectorStats> {
    return new Map([...this.#sources].map(([source, { stats }]) => [source, stats]))
  }

  /**
   * Loads a bundle for the next {@link Detector.swap} to it, which then cannot fail.
   * @throws {PipelineError} `bad-bundle`
   */
  async prepare(bundlePath: string): Promise<void> {
    await this.#dropPrepared()
    this.#prepared = { path: bundlePath, loaded: await this.#load(bundlePath) }
  }

  /** See {@link StreamingDetector.swap}. */
  swap(bundlePath: string): Promise<readonly Finding[]> {
    return this.#turns.ofAll(async () => {
      const prepared = this.#prepared?.path === bundlePath ? this.#prepared.loaded : null
      if (prepared !== null) this.#prepared = null
      const next = prepared ?? (await this.#load(bundlePath))
      const findings: Finding[] = []
      for (const open of this.#sources.values()) findings.push(...open.swap(next))
      await disposeNetworks(this.#loaded)
      this.#loaded = next
      return findings
    })
  }

  /** Frees the networks. */
  close(): Promise<void> {
    return this.#turns.ofAll(async () => {
      await this.#dropPrepared()
      await disposeNetworks(this.#loaded)
    })
  }

  async #load(bundlePath: string): Promise<LoadedBundle> {
    return loadNetworks(await loadBundle(bundlePath), this.#options.engine)
  }

  async #dropPrepared(): Promise<void> {
    const prepared = this.#prepared
    this.#prepared = null
    if (prepared !== null) await disposeNetworks(prepared.loaded)
  }

  async #ofSources(
    source: string | undefined,
    work: (open: PushedSource, name: string) => Promise<readonly Finding[]>,
  ): Promise<readonly Finding[]> {
    const findings = (source === undefined ? this.sources() : [source]).map((name) => {
      return this.#turns.of(name, async () => {
        const open = this.#sources.get(name)
        return open ? work(open, name) : []
      })
    })
    return (await Promise.all(findings)).flat()
  }

  /** The source as the one pushed to last, begun where it is new. */
  #touch(source: string, nowMs?: number): PushedSource {
    const { reading } = this.#options
    const open = this.#sources.get(source) ?? new PushedSource(this.#loaded, source, { reading, nowMs })
    this.#sources.delete(source)
    this.#sources.set(source, open)
    return open
  }

  #goOn(source: string, state: SourceState): void {
    const { reading } = this.#options
    this.#sources.set(source, new PushedSource(this.#loaded, source, { reading, state }))
  }
}

/** A detector with the bundle at a path. @throws {PipelineError} `bad-bundle` */
export function openDetector(bundlePath: string, options: DetectorOptions = {}): Promise<Detector> {
  return Detector.open(bundlePath, options)
}

function bytesOf(lines: string | readonly string[] | Uint8Array): Uint8Array {
  if (lines instanceof Uint8Array) return lines
  if (typeof lines !== 'string') return Buffer.from(lines.length === 0 ? '' : lines.join('\n') + '\n')
  return Buffer.from(lines === '' || lines.endsWith('\n') ? lines : lines + '\n')
}
