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
  /** Rejects when a thread ends that nobody has ended. */
  readonly #ended: Promise<never>

  private constructor(pool: Tinypool) {
    this.#pool = pool
    this.#ended = new Promise((_, reject) => {
      for (const thread of pool.threads) thread.once('exit', (code) => reject(threadEnded(code)))
    })
    this.#ended.catch(() => undefined)
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
    const answer = (await Promise.race([this.#pool.run(job), this.#ended])) as BlockAnswer
    if ('failure' in answer) throw new LogReaderError(answer.failure.code, answer.failure.message)
    return answer.block
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await this.#pool.destroy()
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
   * @param count how many there will be
   */
  constructor(readonly count: number) {}

  /** The threads, begun now if they are not yet. */
  started(): Promise<ParseThreads> {
    return (this.#threads ??= ParseThreads.start(this.count))
  }

  /** Ends the threads, if there are any. */
  async close(): Promise<void> {
    await (await this.#threads)?.close()
  }
}
