import { Worker } from 'node:worker_threads'
import { PipelineError } from '../errors.js'
import { errorOf, failureOf, type ThreadFailure } from '../thread-failure.js'
import type { Detector, DetectorOptions } from './detector.js'
import type { DetectorStats } from './detector-types.js'

/** What the detector of a thread can be asked for. */
export type DetectorCall =
  'push' | 'flush' | 'end' | 'snapshot' | 'restore' | 'letGo' | 'endJudging' | 'prepare' | 'swap' | 'openStats'

/** A question to the thread; answers bear its number. */
export interface DetectorQuestion {
  readonly id: number
  readonly call: DetectorCall
  readonly args: readonly unknown[]
  /** The source that it is about, whose figures come with the answer. */
  readonly source: string | null
  /** State that the source is to go on with first. */
  readonly packed?: Uint8Array
}

/** What a thread answers. The first answer, number 0, is that it is ready. */
export interface DetectorAnswer {
  readonly id: number
  readonly value?: unknown
  /** Of the source that was asked about, `null` where it has no state; and of all that have ended. */
  readonly stats?: DetectorStats | null
  readonly ended?: DetectorStats
  readonly bundleHash?: string
  readonly failure?: ThreadFailure
}

/** What a thread is started with. */
export interface DetectorThreadData {
  readonly bundle: string
  readonly reading: DetectorOptions['reading']
}

// A thread runs what was built, also for sources that are run as they are.
const PROGRAM = import.meta.url.endsWith('.ts') ? '../../dist/detector-worker.js' : './detector-worker.js'

/**
 * A thread with a detector of its own. It answers in the order in which sources get their turns, not as it was asked, and
 * keeps the process alive only while an answer is awaited.
 */
export class DetectorThread {
  readonly #worker: Worker
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: DetectorAnswer) => void; readonly reject: (error: Error) => void }
  >()
  #next = 0
  #failure: PipelineError | null = null
  #isClosing = false
  /** Sources whose state it has; counted by whoever asks. */
  sources = 0
  /** Told when it ends though nobody has closed it. */
  readonly #onEnd: (error: PipelineError) => void

  private constructor(worker: Worker, onEnd: (error: PipelineError) => void) {
    this.#worker = worker
    this.#onEnd = onEnd
    worker.on('message', (answer: DetectorAnswer) => this.#settle(answer))
    worker.once('error', (error) => this.#end(error.message))
    worker.once('exit', (code) => this.#end(`exit code ${code}`))
  }

  /**
   * Starts a thread that has loaded its bundle.
   * @throws {PipelineError} `bad-bundle`; `thread-ended`
   */
  static async start(data: DetectorThreadData, onEnd: (error: PipelineError) => void): Promise<DetectorThread> {
    // The flags of this process (loaders of TypeScript and the like) are not for that program.
    const worker = new Worker(new URL(PROGRAM, import.meta.url), { workerData: data, execArgv: [] })
    const thread = new DetectorThread(worker, onEnd)
    await thread.#answer()
    return thread
  }

  /** Whether it has ended: nothing can be asked any more. */
  get hasEnded(): boolean {
    return this.#failure !== null
  }

  /** Questions that are not answered yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Asks the detector; what it throws is thrown here. Pieces of `moved` are handed over, not copied. */
  ask(question: Omit<DetectorQuestion, 'id'>, moved: readonly ArrayBuffer[] = []): Promise<DetectorAnswer> {
    this.#worker.postMessage({ ...question, id: this.#next }, moved)
    return this.#answer()
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#worker.terminate()
  }

  #answer(): Promise<DetectorAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure)
      this.#worker.ref()
      this.#waiting.set(this.#next++, { resolve, reject })
    })
  }

  #settle(answer: DetectorAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    // While it is closed it must hold the process, or nobody waits until it has ended.
    if (this.#waiting.size === 0 && !this.#isClosing) this.#worker.unref()
    if (answer.failure === undefined) waiting?.resolve(answer)
    else waiting?.reject(errorOf(answer.failure))
  }

  #end(reason: string): void {
    if (this.#failure !== null) return
    const seen = `a thread that judges lines ended (${reason})`
    this.#failure = new PipelineError(
      'thread-ended',
      this.#isClosing ? `${seen}: it was closed` : `${seen}; there may be too little memory for its sources`,
    )
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
    if (!this.#isClosing) this.#onEnd(this.#failure)
  }
}

/** Answers a question with a detector. */
export async function answerOf(
  detector: Detector,
  { id, call, args, source, packed }: DetectorQuestion,
): Promise<DetectorAnswer> {
  try {
    if (packed !== undefined) await detector.takeOver(source!, packed)
    const method = detector[call] as (...args: readonly unknown[]) => unknown
    const value = await method.apply(detector, [...args])
    const { ended, bundleHash } = detector
    const hasState = source !== null && detector.stats(source).sources > 0
    return { id, value, ended, bundleHash, stats: hasState ? detector.stats(source) : null }
  } catch (error) {
    return { id, failure: failureOf(error as Error) }
  }
}
