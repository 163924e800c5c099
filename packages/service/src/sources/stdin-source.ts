import type { Readable } from 'node:stream'
import { messageOf } from '../errors.js'
import type { LineSource, SourceContext } from './line-source.js'

/** Lines of one stream, such as standard input. When it ends, so does its source. */
export class StreamSource implements LineSource {
  readonly name: string
  readonly #stream: Readable
  #reading: Promise<void> | null = null
  #isClosed = false
  #state = 'reading'

  constructor(stream: Readable, name = 'stdin') {
    this.#stream = stream
    this.name = name
  }

  /** Begins to read. */
  async open(context: Pick<SourceContext, 'intake' | 'surroundings'>): Promise<void> {
    this.#reading = this.#read(context)
  }

  /** Stops to read; the source goes on later, unless it has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stream.destroy()
    await this.#reading
  }

  /** Whether it is being read, has ended or has failed. */
  status(): string {
    return this.#state
  }

  async #read({ intake, surroundings }: Pick<SourceContext, 'intake' | 'surroundings'>): Promise<void> {
    try {
      for await (const chunk of this.#stream) {
        await intake.push({ source: this.name, bytes: typeof chunk === 'string' ? Buffer.from(chunk) : chunk })
      }
      this.#state = 'ended'
      if (!this.#isClosed) await intake.end(this.name)
    } catch (error) {
      if (this.#isClosed) return
      this.#state = 'failed'
      surroundings.tell({ level: 'error', code: 'source-failed', message: `${this.name}: ${messageOf(error)}` })
    }
  }
}
