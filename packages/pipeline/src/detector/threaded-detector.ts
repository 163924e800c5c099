import type { Finding } from '@sp/log-table'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { PipelineError } from '../errors.js'
import type { DetectorOptions } from './detector.js'
import { addStats, NO_STATS } from './detector-stats.js'
import { type DetectorAnswer, type DetectorCall, DetectorThread } from './detector-thread.js'
import type { DetectorStats, PushOptions, SourceSnapshot, StreamingDetector } from './detector-types.js'
import { type EndedJudging, snapshotOf, unpackState } from './source-state.js'
import { SourceTurns } from './source-turns.js'

/** How a detector in threads is opened. */
export interface ThreadedDetectorOptions extends Pick<DetectorOptions, 'reading'> {
  /** Threads that judge, from 1; each loads the bundle (some 70 MB). */
  readonly threads: number
  /**
   * Sources at work at a time, from 1; default 128 a thread, some 8 MB. The states of all others rest packed, a tenth of
   * the memory; whichever thread has the least to do goes on with one of them, after some 2 ms.
   */
  readonly mostAtWork?: number
}

/** Where the state of a source is: in a thread, or packed here. */
interface PlacedSource {
  stats: DetectorStats
  thread: DetectorThread | null
  packed: Uint8Array | null
}

const STDIN = '-'
const MOST_AT_WORK = 128

/**
 * A detector whose sources are judged in threads: the calling thread stays free, and lines of many sources take as many
 * cores as there are threads. What is found is what a `Detector` finds. Memory does not grow with the sources but for the
 * packed states, some 10 KB each.
 */
export class ThreadedDetector implements StreamingDetector {
  readonly #threads: readonly DetectorThread[]
  readonly #mostAtWork: number
  #bundle: Bundle
  /** The one pushed to longest ago first. */
  readonly #sources = new Map<string, PlacedSource>()
  /** Those pushed to last, in the same order; all others rest as soon as nobody asks about them. */
  readonly #atWork = new Set<string>()
  /** By thread, of sources that have ended. */
  readonly #ended = new Map<DetectorThread, DetectorStats>()
  readonly #turns = new SourceTurns()
  /** Resolves when a thread has ended by itself: what its sources knew is lost, and nothing can be pushed to them. */
  readonly lost: Promise<PipelineError>

  private constructor(
    bundle: Bundle,
    threads: readonly DetectorThread[],
    { lost, mostAtWork }: { readonly lost: Promise<PipelineError>; readonly mostAtWork: number },
  ) {
    this.#bundle = bundle
    this.#threads = threads
    this.#mostAtWork = mostAtWork
    this.lost = lost
  }

  /**
   * Starts the threads with the bundle at a path.
   * @throws {PipelineError} `bad-bundle`; `bad-options` when a number is not a whole one from 1
   */
  static async open(path: string, options: ThreadedDetectorOptions): Promise<ThreadedDetector> {
    const { threads, reading, mostAtWork = MOST_AT_WORK * threads } = options
    requireCount('threads', threads)
    requireCount('mostAtWork', mostAtWork)
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
    return new ThreadedDetector(bundle, running, { lost, mostAtWork })
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
    this.#makeLast(source)
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
    if (source !== undefined) return this.#sources.get(source)?.stats ?? NO_STATS
    const open = [...this.#sources.values()].map(({ stats }) => stats)
    return [...this.#ended.values(), ...open].reduce(addStats, NO_STATS)
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
  swap(bundlePath: string): Promise<readonly Finding[]> {
    return this.#turns.ofAll(async () => {
      // Refused here, before any thread has let go of the old one.
      const bundle = await loadBundle(bundlePath)
      await this.#askAll('prepare', [bundlePath])
      const ofResting = await this.#endResting()
      const found = await this.#askAll('swap', [bundlePath])
      this.#bundle = bundle
      for (const stats of await this.#askAll('openStats', [])) {
        for (const [source, figures] of stats as ReadonlyMap<string, DetectorStats>) {
          this.#sources.get(source)!.stats = figures
        }
      }
      return [...ofResting, ...found.flatMap((findings) => findings as readonly Finding[])]
    })
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

  /** Asks all threads something that is not about a source. */
  async #askAll(call: DetectorCall, args: readonly unknown[]): Promise<readonly unknown[]> {
    const answers = await Promise.all(this.#threads.map((thread) => thread.ask({ call, args, source: null })))
    return answers.map(({ value }) => value)
  }

  /** Asks about a source in its turn: the thread that has its state or, where it rests or is new, an idle one. */
  #ask(
    source: string,
    call: DetectorCall,
    args: readonly unknown[],
    moved: readonly ArrayBuffer[] = [],
  ): Promise<unknown> {
    return this.#turns.of(source, async () => {
      const known = this.#sources.get(source)
      if (known === undefined && call !== 'push' && call !== 'restore') return call === 'snapshot' ? null : []
      const place = known ?? newPlace()
      const before = { ...place }
      if (call === 'snapshot' && before.packed !== null) {
        return snapshotOf(source, this.bundleHash, unpackState(before.packed))
      }
      const thread = this.#putToWork(source, place)
      try {
        const answer = await thread.ask({ call, args, source, packed: before.packed ?? undefined }, moved)
        this.#learn(source, place, answer)
        return answer.value
      } catch (error) {
        this.#takeBack(source, place, { before, isPush: call === 'push' })
        throw error
      } finally {
        this.#letRest(source)
      }
    })
  }

  /** Notes that a source is the one pushed to last. */
  #makeLast(source: string): void {
    const place = this.#sources.get(source) ?? newPlace()
    this.#sources.delete(source)
    this.#sources.set(source, place)
    this.#atWork.delete(source)
    this.#atWork.add(source)
  }

  /** The thread that a source is in from now on. */
  #putToWork(source: string, place: PlacedSource): DetectorThread {
    this.#sources.set(source, place)
    if (place.thread === null) {
      place.thread = this.#leastBusy()
      place.thread.sources++
      place.packed = null
    }
    return place.thread
  }

  /** After a failure: a state that was not to be had in its thread rests again, and a source without one is none. */
  #takeBack(
    source: string,
    place: PlacedSource,
    { before, isPush }: { readonly before: PlacedSource; readonly isPush: boolean },
  ): void {
    const thread = place.thread!
    const isInThread = thread.hasEnded
      ? before.thread !== null
      : isPush || before.thread !== null || before.packed !== null
    if (isInThread) return
    thread.sources--
    place.thread = null
    place.packed = before.packed
    this.#atWork.delete(source)
    if (before.packed === null) this.#sources.delete(source)
  }

  #learn(source: string, place: PlacedSource, { stats, ended }: DetectorAnswer): void {
    const thread = place.thread!
    this.#ended.set(thread, ended!)
    if (stats) {
      place.stats = stats
      return
    }
    this.#sources.delete(source)
    this.#atWork.delete(source)
    thread.sources--
  }

  /** The thread with the fewest questions, of several that with the fewest sources; one that goes on, if any does. */
  #leastBusy(): DetectorThread {
    return this.#threads.reduce((best, thread) => {
      if (thread.hasEnded || best.hasEnded) return thread.hasEnded ? best : thread
      const order = thread.waiting - best.waiting || thread.sources - best.sources
      return order < 0 ? thread : best
    })
  }

  /** Lets a source rest that was only asked about, and those that were pushed to longest ago, while too many are at work. */
  #letRest(asked: string): void {
    const leaving = this.#atWork.has(asked) ? [] : [asked]
    for (const source of this.#atWork) {
      if (this.#atWork.size <= this.#mostAtWork) break
      this.#atWork.delete(source)
      leaving.push(source)
    }
    for (const source of leaving) {
      // Of a thread that has ended nothing can be had; `lost` tells of it.
      void this.#turns.of(source, () => this.#rest(source)).catch(() => undefined)
    }
  }

  async #rest(source: string): Promise<void> {
    const place = this.#sources.get(source)
    // It may have been pushed to again, or have ended, before its turn came.
    if (!place?.thread || this.#atWork.has(source)) return
    const { value } = await place.thread.ask({ call: 'letGo', args: [source], source: null })
    place.thread.sources--
    place.thread = null
    place.packed = value as Uint8Array
  }

  /** Judges what is open of the sources at rest, in all threads at once; they stay at rest. */
  async #endResting(): Promise<readonly Finding[]> {
    const resting = [...this.#sources].filter(([, { packed }]) => packed !== null)
    const share = resting.length / this.#threads.length
    const found = await Promise.all(
      this.#threads.map(async (thread, t) => {
        const findings: Finding[] = []
        for (const [source, place] of resting.slice(Math.round(t * share), Math.round((t + 1) * share))) {
          const question = { call: 'endJudging', args: [source], source, packed: place.packed! } as const
          const ended = (await thread.ask(question)).value as EndedJudging
          place.packed = ended.packed
          place.stats = ended.stats
          findings.push(...ended.findings)
        }
        return findings
      }),
    )
    return found.flat()
  }
}

function newPlace(): PlacedSource {
  return { stats: { ...NO_STATS, sources: 1 }, thread: null, packed: null }
}

function requireCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return
  throw new PipelineError('bad-options', `${name} is ${count}; expected a whole number from 1`)
}
