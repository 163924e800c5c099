import type { Finding } from '@sp/log-table'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { PipelineError } from '../errors.js'
import type { DetectorOptions } from './detector.js'
import { addStats, NO_STATS } from './detector-stats.js'
import { type DetectorAnswer, type DetectorCall, DetectorThread } from './detector-thread.js'
import type { DetectorStats, PushOptions, SourceSnapshot, StreamingDetector } from './detector-types.js'

/** How a detector in threads is opened. */
export interface ThreadedDetectorOptions extends Pick<DetectorOptions, 'reading'> {
  /** Threads that judge, from 1; each loads the bundle (some 70 MB). */
  readonly threads: number
}

const STDIN = '-'

/**
 * A detector whose sources are judged in threads of their own, each source always in the same: the calling thread stays
 * free, and lines of many sources take as many cores as there are threads. What is found is what a `Detector` finds.
 */
export class ThreadedDetector implements StreamingDetector {
  readonly #threads: readonly DetectorThread[]
  #bundle: Bundle
  /** The one pushed to longest ago first. */
  readonly #sources = new Map<string, DetectorStats>()
  /** By thread, of sources that have ended. */
  readonly #ended: DetectorStats[]
  /** Resolves when a thread has ended by itself: what its sources knew is lost, and nothing can be pushed to them. */
  readonly lost: Promise<PipelineError>

  private constructor(bundle: Bundle, threads: readonly DetectorThread[], lost: Promise<PipelineError>) {
    this.#bundle = bundle
    this.#threads = threads
    this.#ended = threads.map(() => NO_STATS)
    this.lost = lost
  }

  /**
   * Starts the threads with the bundle at a path.
   * @throws {PipelineError} `bad-bundle`; `bad-options` when `threads` is not a whole number from 1
   */
  static async open(path: string, { threads, reading }: ThreadedDetectorOptions): Promise<ThreadedDetector> {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new PipelineError('bad-options', `threads is ${threads}; expected a whole number from 1`)
    }
    const bundle = await loadBundle(path)
    let onEnd: (error: PipelineError) => void
    const lost = new Promise<PipelineError>((resolve) => (onEnd = resolve))
    const starts = Array.from({ length: threads }, () => DetectorThread.start({ bundle: path, reading }, onEnd))
    const started = await Promise.allSettled(starts)
    const failure = started.find((start) => start.status === 'rejected')
    const running = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
    if (failure !== undefined) {
      await Promise.all(running.map((thread) => thread.close()))
      throw failure.reason
    }
    return new ThreadedDetector(bundle, running, lost)
  }

  /** Hash of the bundle in use. */
  get bundleHash(): string {
    return this.#bundle.manifest.hash
  }

  /** The bundle in use. */
  get bundle(): Bundle {
    return this.#bundle
  }

  /** See {@link StreamingDetector.push}. */
  async push(lines: string | readonly string[] | Uint8Array, options: PushOptions = {}): Promise<readonly Finding[]> {
    const { source = STDIN } = options
    const stats = this.#sources.get(source) ?? { ...NO_STATS, sources: 1 }
    this.#sources.delete(source)
    this.#sources.set(source, stats)
    // A copy of its own can be handed over; a view would take all of the memory that it looks at with it.
    const own = lines instanceof Uint8Array ? Uint8Array.from(lines) : lines
    const moved = own instanceof Uint8Array ? [own.buffer as ArrayBuffer] : []
    return (await this.#ask(source, 'push', [own, options], moved)) as readonly Finding[]
  }

  /** See {@link StreamingDetector.flush}. */
  flush(source?: string): Promise<readonly Finding[]> {
    return this.#findings(source, 'flush')
  }

  /** See {@link StreamingDetector.end}. */
  end(source?: string): Promise<readonly Finding[]> {
    return this.#findings(source, 'end')
  }

  /** See {@link StreamingDetector.sources}. */
  sources(): readonly string[] {
    return [...this.#sources.keys()]
  }

  /** See {@link StreamingDetector.stats}; as of the latest answers. */
  stats(source?: string): DetectorStats {
    if (source !== undefined) return this.#sources.get(source) ?? NO_STATS
    return [...this.#ended, ...this.#sources.values()].reduce(addStats, NO_STATS)
  }

  /** See {@link StreamingDetector.snapshot}. */
  async snapshot(source: string): Promise<SourceSnapshot | null> {
    return (await this.#ask(source, 'snapshot', [source])) as SourceSnapshot | null
  }

  /** See {@link StreamingDetector.restore}. */
  async restore(snapshot: SourceSnapshot): Promise<void> {
    await this.#ask(snapshot.source, 'restore', [snapshot])
  }

  /** See {@link StreamingDetector.swap}. */
  async swap(bundlePath: string): Promise<readonly Finding[]> {
    // Refused here, before any thread has let go of the old one.
    const bundle = await loadBundle(bundlePath)
    const answers = await Promise.all(
      this.#threads.map((thread) => thread.ask({ call: 'swap', args: [bundlePath], source: null })),
    )
    this.#bundle = bundle
    return answers.flatMap(({ value }) => value as readonly Finding[])
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  async #findings(source: string | undefined, call: DetectorCall): Promise<readonly Finding[]> {
    const names = source === undefined ? this.sources() : [source]
    const all = await Promise.all(names.map((name) => this.#ask(name, call, [name])))
    return all.flatMap((findings) => findings as readonly Finding[])
  }

  async #ask(source: string, call: DetectorCall, args: readonly unknown[], moved?: readonly ArrayBuffer[]) {
    const place = threadOf(source, this.#threads.length)
    const answer = await this.#threads[place].ask({ call, args, source }, moved)
    this.#learn(source, place, answer)
    return answer.value
  }

  #learn(source: string, place: number, { stats, ended }: DetectorAnswer): void {
    this.#ended[place] = ended!
    if (stats) this.#sources.set(source, stats)
    else this.#sources.delete(source)
  }
}

/** Thread of a source: FNV-1a of its name, so that it has one without its being remembered. */
function threadOf(source: string, threads: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < source.length; i++) hash = Math.imul(hash ^ source.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % threads
}
