import { messageOf } from '../errors.js'
import type { LoggedEvent } from '../flow/finding-log.js'
import type { Surroundings } from '../surroundings.js'
import { type FindingSink, SinkBusy, SinkRefusal } from './sink.js'

/** How a sink is served. */
export interface SinkQueueOptions {
  /** Events that may wait; beyond it, whoever brings more waits. */
  readonly mostWaiting: number
  /** Events in one call. */
  readonly mostAtOnce: number
  /** Pause before the second try; it doubles up to `mostDelayMs`. */
  readonly firstDelayMs: number
  readonly mostDelayMs: number
  /** Events are given up when they could not be delivered for so long. */
  readonly giveUpMs: number
  /** Only findings that open an incident. */
  readonly onlyIncidents: boolean
}

/** The options where nothing else is asked for: retries from half a second to half a minute, for ten minutes. */
export const SINK_QUEUE_DEFAULTS: SinkQueueOptions = {
  mostWaiting: 10_000,
  mostAtOnce: 100,
  firstDelayMs: 500,
  mostDelayMs: 30_000,
  giveUpMs: 600_000,
  onlyIncidents: false,
}

/** How a sink fares. */
export interface SinkStatus {
  readonly name: string
  readonly waiting: number
  readonly sent: number
  readonly givenUp: number
  readonly retries: number
  /** Why the last call failed; `null` when it did not. */
  readonly lastError: string | null
}

/** Brings events to one sink in order, tries again what fails, and gives up what cannot be delivered. */
export class SinkQueue {
  readonly #sink: FindingSink
  readonly #options: SinkQueueOptions
  readonly #surroundings: Surroundings
  readonly #waiting: LoggedEvent[] = []
  readonly #forRoom: (() => void)[] = []
  readonly #forEmpty: (() => void)[] = []
  readonly #closing = new AbortController()
  #pump: Promise<void> | null = null
  #sent = 0
  #givenUp = 0
  #retries = 0
  #lastError: string | null = null

  constructor(sink: FindingSink, options: SinkQueueOptions, surroundings: Surroundings) {
    this.#sink = sink
    this.#options = options
    this.#surroundings = surroundings
  }

  /** How it fares. */
  get status(): SinkStatus {
    const [waiting, lastError] = [this.#waiting.length, this.#lastError]
    return {
      name: this.#sink.name,
      waiting,
      sent: this.#sent,
      givenUp: this.#givenUp,
      retries: this.#retries,
      lastError,
    }
  }

  /** Takes an event; waits while too many are waiting. */
  async offer(event: LoggedEvent): Promise<void> {
    if (this.#closing.signal.aborted || (this.#options.onlyIncidents && !event.opensIncident)) return
    while (this.#waiting.length >= this.#options.mostWaiting && !this.#closing.signal.aborted) {
      await new Promise<void>((resolve) => this.#forRoom.push(resolve))
    }
    this.#waiting.push(event)
    this.#pump ??= this.#run()
  }

  /** Resolves when nothing is waiting: all was delivered or given up. */
  async settled(): Promise<void> {
    if (this.#waiting.length === 0) return
    await new Promise<void>((resolve) => this.#forEmpty.push(resolve))
  }

  /** Opens again what the sink writes to. */
  async reopen(): Promise<void> {
    await this.#sink.reopen?.()
  }

  /** Tries to deliver what is waiting for so long, then closes the sink. */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#closing.abort(), graceMs)
    await this.settled()
    clearTimeout(timer)
    this.#closing.abort()
    await this.#pump
    await this.#sink.close()
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const events = this.#waiting.slice(0, this.#options.mostAtOnce)
      const isSent = await this.#deliver(events)
      this.#waiting.splice(0, events.length)
      if (isSent) this.#sent += events.length
      else this.#givenUp += events.length
      for (const resolve of this.#forRoom.splice(0)) resolve()
    }
    this.#pump = null
    for (const resolve of this.#forEmpty.splice(0)) resolve()
  }

  /** Tries until it works, is refused, or has taken too long. */
  async #deliver(events: readonly LoggedEvent[]): Promise<boolean> {
    const { firstDelayMs, mostDelayMs, giveUpMs } = this.#options
    const startMs = this.#surroundings.nowMs()
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, mostDelayMs)) {
      if (this.#closing.signal.aborted) return false
      try {
        await this.#sink.send(events, this.#closing.signal)
        this.#lastError = null
        return true
      } catch (error) {
        this.#lastError = messageOf(error)
        const isOver = this.#surroundings.nowMs() - startMs >= giveUpMs
        if (error instanceof SinkRefusal || isOver || this.#closing.signal.aborted) {
          this.#tell(`${events.length} findings were given up: ${messageOf(error)}`)
          return false
        }
        this.#retries++
        await this.#pause(error instanceof SinkBusy ? Math.max(delayMs, Math.min(error.afterMs, giveUpMs)) : delayMs)
      }
    }
  }

  #tell(message: string): void {
    this.#surroundings.tell({ level: 'error', code: 'sink-gave-up', message: `${this.#sink.name}: ${message}` })
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing
    return new Promise((resolve) => {
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }
}
