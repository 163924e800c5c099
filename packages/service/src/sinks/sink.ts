import type { LoggedEvent } from '../flow/finding-log.js'

/**
 * Where findings go. A sink takes events in order, a few at a time; it may get the same finding again after a fault, with
 * the same id.
 */
export interface FindingSink {
  /** Short, for the status and the metrics. */
  readonly name: string
  /**
   * Takes events; resolves when they are where they should be.
   * @throws {SinkRefusal} when trying again is of no use; anything else is tried again
   */
  send(events: readonly LoggedEvent[], signal: AbortSignal): Promise<void>
  /** Opens again what it writes to, as after a rotation. */
  reopen?(): Promise<void>
  close(): Promise<void>
}

/** The receiver does not want these events, now or later. */
export class SinkRefusal extends Error {
  override readonly name = 'SinkRefusal'
}

/** The receiver asks to come back later. */
export class SinkBusy extends Error {
  override readonly name = 'SinkBusy'

  constructor(
    message: string,
    /** Milliseconds to wait at least. */
    readonly afterMs: number,
  ) {
    super(message)
  }
}
