import type { Progress } from '@sp/pipeline'
import type { BatchJob } from './batch-job.js'
import type { JobEvent } from './job-queue.js'

/** Milliseconds between redraws of the line that changes. */
const REDRAW_MS = 200

/** Tells on stderr what happens: a line an event, and on a terminal a last line that says how far each job is. */
export class ProgressLines {
  readonly #running = new Map<string, string>()
  #done = 0
  #drawnAt = 0

  constructor(
    /** Jobs in all, `null` where nobody knows. */
    private readonly total: number | null,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  /** Jobs that have come to their end. */
  get done(): number {
    return this.#done
  }

  /** Takes what happened to a job. */
  show({ name }: BatchJob, event: JobEvent): void {
    if (event.kind === 'progress') this.#running.set(name, progressText(event.progress))
    if (event.kind === 'started') this.#running.set(name, 'starting')
    if (event.kind === 'finished' || event.kind === 'failed') {
      this.#running.delete(name)
      this.#done++
    }
    const said = eventText(event)
    if (said !== null) this.#line(`${name}: ${said}`)
    this.#draw()
  }

  /** Removes the line that changes. */
  stop(): void {
    this.#clear()
    this.#running.clear()
  }

  #line(text: string): void {
    this.#clear()
    this.stream.write(`${text}\n`)
    this.#drawnAt = 0
  }

  #draw(): void {
    const now = performance.now()
    if (!this.stream.isTTY || now - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = now
    const jobs = [...this.#running].map(([name, text]) => `${name}: ${text}`)
    const text = [this.total === null ? `${this.#done} done` : `${this.#done}/${this.total}`, ...jobs].join('  ')
    this.#clear()
    this.stream.write(text.slice(0, (this.stream.columns || 80) - 1))
  }

  #clear(): void {
    if (this.stream.isTTY) this.stream.write('\r\x1b[K')
  }
}

function progressText({ step, done, total }: Progress): string {
  return total ? `${step} ${Math.floor((100 * done) / total)} %` : step
}

function eventText(event: JobEvent): string | null {
  switch (event.kind) {
    case 'started':
      return event.attempt === 1 ? `started on ${event.worker}` : `started again on ${event.worker}`
    case 'retried':
      return `${event.message}; it is begun again`
    case 'failed':
      return `failed: ${event.message}`
    case 'finished': {
      const { reused, records, hash } = event.result
      return `${reused ? 'unchanged' : `trained, ${records.toLocaleString('en')} records`}  ${hash.slice(0, 16)}`
    }
    default:
      return null
  }
}
