import { Worker } from 'node:worker_threads'
import type { MaskerOptions } from '@sp/masking'
import { PipelineError } from './errors.js'
import type { BlockJob, ParsedBlock } from './parse-block.js'
import { type SentTexts, TextReceiver } from './sent-texts.js'
import { errorOf, type ThreadFailure } from './thread-failure.js'

/** A block on its way between threads. */
export interface SentBlock extends Omit<ParsedBlock, 'masked'> {
  readonly masked: readonly SentTexts[]
}

/** A job for a thread; its answer bears the same number. */
export interface BlockQuestion {
  readonly id: number
  readonly job: BlockJob
}

/** What a thread says: first that it is ready, then what has become of each job. */
export type BlockAnswer =
  | 'ready'
  | { readonly id: number; readonly block: SentBlock }
  | { readonly id: number; readonly failure: ThreadFailure }

// A thread runs what was built, also for sources that are run as they are.
const PROGRAM = import.meta.url.endsWith('.ts') ? '../dist/parse-worker.js' : './parse-worker.js'

/** Jobs that a thread is given at a time: one that it does, and others that it reads from the disk meanwhile. */
const JOBS_OF_A_THREAD = 3

/** Threads that read and mask blocks of files. */
export class ParseThreads {
  readonly #masking: MaskerOptions | undefined
  #threads: readonly ParseThread[] = []
  /** Set when a thread has ended that nobody has ended. */
  #failure: PipelineError | null = null

  /**
   * None yet.
   * @param count how many will work, the calling one among them
   * @param masking how they mask; without it the calling one works alone
   */
  constructor(
    readonly count: number,
    masking: MaskerOptions | undefined,
  ) {
    this.count = masking === undefined ? 1 : count
    this.#masking = masking
  }

  /** Starts the threads besides the calling one, if they are not yet. */
  start(): void {
    if (this.#threads.length > 0) return
    this.#threads = Array.from({ length: this.count - 1 }, () => {
      return new ParseThread(this.#masking!, (error) => (this.#failure ??= error))
    })
  }

  /**
   * How many jobs would be begun or wait beside one that is; 0 while no thread is ready.
   * @throws {PipelineError} `thread-ended`
   */
  get free(): number {
    if (this.#failure !== null) throw this.#failure
    return this.#threads.reduce((sum, { free }) => sum + free, 0)
  }

  /**
   * As `parseBlock`, in another thread; there must be a free one.
   * @throws {LogReaderError} as `parseBlock`
   * @throws {PipelineError} `thread-ended`
   */
  parse(job: BlockJob): Promise<ParsedBlock> {
    return this.#threads.reduce((one, other) => (other.free > one.free ? other : one)).parse(job)
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}

/** One thread. */
class ParseThread {
  readonly #worker: Worker
  readonly #texts = new TextReceiver()
  readonly #waiting = new Map<
    number,
    { readonly resolve: (block: ParsedBlock) => void; readonly reject: (error: Error) => void }
  >()
  #next = 0
  /** How many jobs it may have: none before it is ready, and one until that is done: nothing is compiled yet, so it takes long. */
  #most = 0

  constructor(masking: MaskerOptions, onEnd: (error: PipelineError) => void) {
    // The flags of this process (loaders of TypeScript and the like) are not for that program.
    this.#worker = new Worker(new URL(PROGRAM, import.meta.url), { workerData: masking, execArgv: [] })
    const fail = (reason: string) => {
      const error = threadEnded(reason)
      onEnd(error)
      for (const { reject } of this.#waiting.values()) reject(error)
    }
    this.#worker.on('message', (answer: BlockAnswer) => this.#take(answer))
    this.#worker.once('error', (error) => fail(error.message))
    this.#worker.once('exit', (code) => fail(`exit code ${code}`))
  }

  /** How many more jobs it may be given. */
  get free(): number {
    return this.#most - this.#waiting.size
  }

  parse(job: BlockJob): Promise<ParsedBlock> {
    const question: BlockQuestion = { id: this.#next++, job }
    this.#worker.postMessage(question)
    return new Promise((resolve, reject) => this.#waiting.set(question.id, { resolve, reject }))
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners('exit')
    await this.#worker.terminate()
  }

  #take(answer: BlockAnswer): void {
    if (answer === 'ready') {
      this.#most = 1
      return
    }
    const { resolve, reject } = this.#waiting.get(answer.id)!
    this.#waiting.delete(answer.id)
    this.#most = JOBS_OF_A_THREAD
    if ('failure' in answer) reject(errorOf(answer.failure))
    else resolve({ ...answer.block, masked: answer.block.masked.map((piece) => this.#texts.list(piece)) })
  }
}

function threadEnded(reason: string): PipelineError {
  const seen = `a thread that reads blocks of a log ended by itself (${reason})`
  return new PipelineError('thread-ended', `${seen}; there may be too little memory: try again with one worker`)
}
