/** A session under way: its events, and what was expected of each. */
export class EventTrack {
  /** Vocabulary indices. */
  readonly events: number[]
  /** One per judged event: −ln of its probability, `Infinity` for a new one. */
  readonly surprise: number[]
  // Of the predictor: the latest prediction was made where the window that begins at `start` has read `read` events. Not an
  // object: a session outlives many of them.
  start = 0
  read = 0
  beginning: object | null = null

  /** A session that has not begun, or the events and surprises of one that goes on. */
  constructor(events: readonly number[] = [], surprise: readonly number[] = []) {
    this.events = [...events]
    this.surprise = [...surprise]
  }
}
