import { LogReaderError } from '@sp/log-reader'
import type { Tinypool } from 'tinypool'
import { PipelineError } from './errors.js'
import type { BlockJob, ParsedBlock } from './parse-block.js'

/** What a thread answers. */
export type BlockAnswer =
  | { readonly block: ParsedBlock }
  | { readonly failure: { readonly code: LogReaderError['code']; readonly message: string } }

// A thread runs what was built, also for sources that are run as they are.
const PROGRAM = import.meta.url.endsWith('.ts') ? '../dist/parse-worker.js' : './parse-worker.js'

/** Threads that read and mask blocks of files. */
export class ParseThreads {
  readonly #pool: Tinypool
  /** Who waits for a block learns from these that there will be none. */
  readonly #rejects = new Set<(error: PipelineError) => void>()
  /** Set when a thread has ended that nobody has ended. */
  #failure: PipelineError | null = null

  private constructor(pool: Tinypool) {
    this.#pool = pool
    for (const thread of pool.threads) thread.once('exit', (code) => this.#fail(threadEnded(code)))
  }

  /**
   * Threads that wait for work.
   * @param count 1 or more
   */
  static async start(count: number): Promise<ParseThreads> {
    const { Tinypool } = await import('tinypool')
    const filename = new URL(PROGRAM, import.meta.url).href
    // The flags of this process (loaders of TypeScript and the like) are not for that program.
    const threads = { minThreads: count, maxThreads: count, execArgv: [] }
    return new ParseThreads(new Tinypool({ filename, runtime: 'worker_threads', ...threads }))
  }

  /**
   * As `parseBlock`, in another thread.
   * @throws {LogReaderError} as `parseBlock`
   * @throws {PipelineError} `thread-ended`
   */
  async parse(job: BlockJob): Promise<ParsedBlock> {
    const answer = await this.#answer(job)
    if ('failure' in answer) throw new LogReaderError(answer.failure.code, answer.failure.message)
    return answer.block
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    const hasLost = this.#failure !== null
    const ended = this.#pool.destroy()
    // A pool that has lost a thread waits for its end for ever.
    if (hasLost) ended.catch(() => undefined)
    else await ended
  }

  // Not a race with one promise for all blocks: that would keep every answer for as long as it is open.
  #answer(job: BlockJob): Promise<BlockAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure)
      this.#rejects.add(reject)
      this.#pool
        .run(job)
        .then((answer) => resolve(answer as BlockAnswer), reject)
        .finally(() => this.#rejects.delete(reject))
    })
  }

  #fail(error: PipelineError): void {
    this.#failure ??= error
    for (const reject of this.#rejects) reject(error)
  }
}

function threadEnded(code: unknown): PipelineError {
  const seen = `a thread that reads blocks of a log ended by itself (exit code ${String(code)})`
  return new PipelineError('thread-ended', `${seen}; there may be too little memory: try again with one worker`)
}

/** Threads that start when they are first needed. */
export class LazyThreads {
  #threads: Promise<ParseThreads> | null = null

  /**
   * None yet.
   * @param count how many will work, the calling one among them
   */
  constructor(readonly count: number) {}

  /** The threads besides the calling one, begun now if they are not yet. */
  started(): Promise<ParseThreads> {
    return (this.#threads ??= ParseThreads.start(this.count - 1))
  }

  /** Ends the threads, if there are any. */
  async close(): Promise<void> {
    await (await this.#threads)?.close()
  }
}
